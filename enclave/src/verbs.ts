/** The verbs that sign, or move the light clients: pure functions of an enclave's state and a request. */
import { advance } from "@pdiem/bridge/facts/advance";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { checkVouched, newerCheckpoint } from "@pdiem/bridge/checkpoint/checkpoint-acceptance";
import { settleDecisions } from "@pdiem/bridge/governance/decision-batch";
import { knownSets, NO_SETS } from "@pdiem/bridge/governance/misbehaviour";
import { signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { payout } from "@pdiem/bridge/payout/payout";
import { settle } from "@pdiem/bridge/settlement/settle";
import { trustedAmong } from "@pdiem/bridge/facts/trusted-sets";
import { verifyBlock } from "@pdiem/bridge/facts/verify-facts";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { Active, Following, Step } from "./active.js";
import type { Api, Endpoint } from "./api.js";
import { checkSecondHolder } from "./handover/receipt.js";
import { headsStatus } from "./heads-status.js";
import { hexText } from "./hex-text.js";
import { checkTermOf, keptAfter, prove } from "./proving.js";
import { parseAdvance, parseCheckpoint, parseDecide, parseGenesis, parsePayout, parseSettle } from "./requests.js";
import { signBatch } from "./signed-batch.js";
import { signPayout } from "./signed-payout.js";

type Verb<E extends Endpoint, State extends Following = Active> = (
  state: State,
  body: unknown,
) => Step<Api[E]["response"]>;

const advanceVerb: Verb<"POST /v1/advance", Following> = (active, body) => {
  const { ledgerInfo, ...stepped } = advance(active.heads, parseAdvance(body).evidence);
  const usecs = ledgerInfo?.ledgerInfo.commitInfo.timestampUsecs;
  const kept = keptAfter(active, stepped, { diem: usecs === undefined ? undefined : usecs / 1000n });
  return { kept, respond: () => ({ heads: headsStatus(kept.heads) }) };
};

const checkpointVerb: Verb<"POST /v1/checkpoint", Following> = (active, body) => {
  const { checkpoint: shown } = parseCheckpoint(body);
  const { config, heads, recentSets, receipt } = active;
  checkVouched(config, active, shown);
  const checkpoint = newerCheckpoint(config, active.checkpoint, shown);
  return {
    kept: { heads, recentSets, checkpoint, receipt },
    respond: () => ({ checkpoint: hexText(encode(signedCheckpoint, checkpoint)) }),
  };
};

const genesisVerb: Verb<"POST /v1/genesis"> = (active, body) => {
  const { profile, evidence } = parseGenesis(body);
  checkSecondHolder(active);
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

/** Those that need no key: an enclave that is to be given one follows both chains, too. */
export const FOLLOWING_VERBS = {
  "POST /v1/advance": advanceVerb,
  "POST /v1/checkpoint": checkpointVerb,
} satisfies { readonly [E in Endpoint]?: Verb<E, Following> };

/** Each throws what parsing and proving throw: DecodeError, ProofError, RefusedError. */
export const VERBS = {
  "POST /v1/genesis": genesisVerb,
  "POST /v1/settle": settleVerb,
  "POST /v1/decide": decideVerb,
  "POST /v1/payout": payoutVerb,
} satisfies { readonly [E in Endpoint]?: Verb<E> };
