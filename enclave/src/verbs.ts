/** The verbs that work on an activated enclave: pure functions of its state and a request. */
import { advance } from "@pdiem/bridge/advance";
import { settleGenesis } from "@pdiem/bridge/genesis";
import { settleDecisions } from "@pdiem/bridge/guardians/decision-batch";
import { knownSets } from "@pdiem/bridge/guardians/misbehaviour";
import { payout } from "@pdiem/bridge/payout";
import { settle } from "@pdiem/bridge/settlement";
import { verifyBlock, verifyFacts } from "@pdiem/bridge/verify-facts";
import type { Active, Step } from "./active.js";
import type { Api, Endpoint } from "./api.js";
import { headsStatus } from "./heads-status.js";
import { parseAdvance, parseDecide, parseGenesis, parsePayout, parseSettle } from "./requests.js";
import { signBatch } from "./signed-batch.js";
import { signPayout } from "./signed-payout.js";

type Verb<E extends Endpoint> = (active: Active, body: unknown) => Step<Api[E]["response"]>;

const advanceVerb: Verb<"POST /v1/advance"> = (active, body) => {
  const { heads } = advance(active.heads, parseAdvance(body).evidence);
  return { heads, respond: () => ({ heads: headsStatus(heads) }) };
};

const genesisVerb: Verb<"POST /v1/genesis"> = (active, body) => {
  const { profile, evidence } = parseGenesis(body);
  const { config, key } = active;
  const { heads, facts } = verifyFacts(config, active.heads, evidence);
  const respond = () =>
    signBatch(active, { profile, heads, facts }, settleGenesis({ config, issuer: key.publicKey, profile }, facts));
  return { heads, respond };
};

const settleVerb: Verb<"POST /v1/settle"> = (active, body) => {
  const { ledger, decisions, profile, evidence, items } = parseSettle(body);
  const { config, key } = active;
  const { heads, facts } = verifyFacts(config, active.heads, evidence);
  const bridge = { config, issuer: key.publicKey, ledger, decisions, profile };
  return { heads, respond: () => signBatch(active, { profile, heads, facts }, settle(bridge, facts, items)) };
};

const decideVerb: Verb<"POST /v1/decide"> = (active, body) => {
  const { ledger, decisions, profile, evidence, proposed } = parseDecide(body);
  const { config, key } = active;
  const { heads, parachain } = verifyBlock(config, active.heads, evidence);
  const bridge = { config, issuer: key.publicKey, ledger, decisions, profile };
  const respond = () => {
    const settlement = settleDecisions(bridge, parachain, knownSets(active.heads, heads), proposed);
    return signBatch(active, { profile, heads, facts: { parachain } }, settlement);
  };
  return { heads, respond };
};

const payoutVerb: Verb<"POST /v1/payout"> = (active, body) => {
  const { ledger, decisions, evidence, payout: item } = parsePayout(body);
  const { config, key } = active;
  const { heads, facts } = verifyFacts(config, active.heads, evidence);
  const bridge = { config, issuer: key.publicKey, ledger, decisions };
  return { heads, respond: () => signPayout(active, heads, payout(bridge, facts, item)) };
};

/** Each throws what parsing and proving throw: DecodeError, ProofError, RefusedError. */
export const VERBS = {
  "POST /v1/advance": advanceVerb,
  "POST /v1/genesis": genesisVerb,
  "POST /v1/settle": settleVerb,
  "POST /v1/decide": decideVerb,
  "POST /v1/payout": payoutVerb,
} satisfies { readonly [E in Endpoint]?: Verb<E> };
