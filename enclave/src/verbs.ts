/** The verbs that work on an activated enclave: pure functions of its state and a request. */
import { advance, type PassedSets } from "@pdiem/bridge/advance";
import type { Evidence } from "@pdiem/bridge/evidence";
import type { Facts } from "@pdiem/bridge/facts";
import { settleGenesis } from "@pdiem/bridge/genesis";
import { checkVouched, newerCheckpoint } from "@pdiem/bridge/guardians/checkpoint-acceptance";
import { settleDecisions } from "@pdiem/bridge/guardians/decision-batch";
import { knownSets, NO_SETS } from "@pdiem/bridge/guardians/misbehaviour";
import { signedCheckpoint } from "@pdiem/bridge/guardians/signed-checkpoint";
import { checkTerm } from "@pdiem/bridge/guardians/term";
import type { Heads } from "@pdiem/bridge/heads";
import { payout } from "@pdiem/bridge/payout";
import { type ProvenTimes, remember } from "@pdiem/bridge/recent-sets";
import { settle } from "@pdiem/bridge/settlement";
import { trustedAmong } from "@pdiem/bridge/trusted-sets";
import { verifyBlock, verifyFacts } from "@pdiem/bridge/verify-facts";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { Active, Step } from "./active.js";
import type { Api, Endpoint } from "./api.js";
import { headsStatus } from "./heads-status.js";
import { hexText } from "./hex-text.js";
import type { Kept } from "./kept.js";
import { parseAdvance, parseCheckpoint, parseDecide, parseGenesis, parsePayout, parseSettle } from "./requests.js";
import { signBatch } from "./signed-batch.js";
import { signPayout } from "./signed-payout.js";

type Verb<E extends Endpoint> = (active: Active, body: unknown) => Step<Api[E]["response"]>;

interface Stepped {
  readonly heads: Heads;
  readonly passed: PassedSets;
}

/** What is kept once the light clients have moved on, and these times were proven. */
const keptAfter = ({ recentSets, checkpoint }: Active, { heads, passed }: Stepped, proven: ProvenTimes): Kept => ({
  heads,
  recentSets: remember(recentSets, passed, proven),
  checkpoint,
});

/** Nothing is signed but under a checkpoint. @throws as `checkTerm` */
const checkTermOf = ({ config, checkpoint }: Active, ...times: readonly bigint[]): void =>
  checkTerm(config, checkpoint?.checkpoint, ...times);

/** Facts of both chains, and what is kept from then on. */
const prove = (active: Active, evidence: Evidence): { readonly kept: Kept; readonly facts: Facts } => {
  const { facts, ...stepped } = verifyFacts(active.config, active.heads, evidence);
  const times = { diem: facts.diem.time, parachain: facts.parachain.time };
  return { kept: keptAfter(active, stepped, times), facts };
};

const advanceVerb: Verb<"POST /v1/advance"> = (active, body) => {
  const { ledgerInfo, ...stepped } = advance(active.heads, parseAdvance(body).evidence);
  const usecs = ledgerInfo?.ledgerInfo.commitInfo.timestampUsecs;
  const kept = keptAfter(active, stepped, { diem: usecs === undefined ? undefined : usecs / 1000n });
  return { kept, respond: () => ({ heads: headsStatus(kept.heads) }) };
};

const checkpointVerb: Verb<"POST /v1/checkpoint"> = (active, body) => {
  const { checkpoint: shown } = parseCheckpoint(body);
  const { config, heads, recentSets } = active;
  checkVouched(config, active, shown);
  const checkpoint = newerCheckpoint(config, active.checkpoint, shown);
  return {
    kept: { heads, recentSets, checkpoint },
    respond: () => ({ checkpoint: hexText(encode(signedCheckpoint, checkpoint)) }),
  };
};

const genesisVerb: Verb<"POST /v1/genesis"> = (active, body) => {
  const { profile, evidence } = parseGenesis(body);
  const { config, key } = active;
  const { kept, facts } = prove(active, evidence);
  const respond = () => {
    checkTermOf(active, facts.diem.time, facts.parachain.time);
    const settlement = settleGenesis({ config, issuer: key.publicKey, profile }, facts);
    return signBatch(active, { profile, heads: kept.heads, facts }, settlement);
  };
  return { kept, respond };
};

const settleVerb: Verb<"POST /v1/settle"> = (active, body) => {
  const { ledger, decisions, profile, evidence, items } = parseSettle(body);
  const { config, key } = active;
  const { kept, facts } = prove(active, evidence);
  const bridge = { config, issuer: key.publicKey, ledger, decisions, profile };
  const respond = () => {
    checkTermOf(active, facts.diem.time, facts.parachain.time);
    return signBatch(active, { profile, heads: kept.heads, facts }, settle(bridge, facts, items));
  };
  return { kept, respond };
};

const decideVerb: Verb<"POST /v1/decide"> = (active, body) => {
  const { ledger, decisions, profile, evidence, proposed, sets } = parseDecide(body);
  const { config, key } = active;
  const { parachain, ...stepped } = verifyBlock(config, active.heads, evidence);
  const kept = keptAfter(active, stepped, { parachain: parachain.time });
  const bridge = { config, issuer: key.publicKey, ledger, decisions, profile };
  const respond = () => {
    checkTermOf(active, parachain.time);
    const trusted = trustedAmong(kept, knownSets(active.heads), sets ?? NO_SETS);
    const settlement = settleDecisions(bridge, parachain, trusted, proposed);
    return signBatch(active, { profile, heads: kept.heads, facts: { parachain } }, settlement);
  };
  return { kept, respond };
};

const payoutVerb: Verb<"POST /v1/payout"> = (active, body) => {
  const { ledger, decisions, evidence, payout: item } = parsePayout(body);
  const { config, key } = active;
  const { kept, facts } = prove(active, evidence);
  const bridge = { config, issuer: key.publicKey, ledger, decisions };
  const respond = () => {
    checkTermOf(active, facts.diem.time, facts.parachain.time);
    return signPayout(active, kept.heads, payout(bridge, facts, item));
  };
  return { kept, respond };
};

/** Each throws what parsing and proving throw: DecodeError, ProofError, RefusedError. */
export const VERBS = {
  "POST /v1/advance": advanceVerb,
  "POST /v1/checkpoint": checkpointVerb,
  "POST /v1/genesis": genesisVerb,
  "POST /v1/settle": settleVerb,
  "POST /v1/decide": decideVerb,
  "POST /v1/payout": payoutVerb,
} satisfies { readonly [E in Endpoint]?: Verb<E> };
