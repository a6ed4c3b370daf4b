/**
 * How the configuration's guardians handed over to those of later, shown by their own signatures: a checkpoint can't rest
 * on the decisions of a chain that it is there to vouch for.
 */

import { equal } from "@pdiem/light-client/bytes";
import { type Codec, encode, vector } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { type BridgeConfig, bridgeId, type Guardians } from "../config/bridge-config.js";
import { checkGuardians } from "../config/config-check.js";
import { decision as decisionCodec } from "../governance/decision.js";
import { type SignedDecision, signedDecision, verifySignatures } from "../governance/signed-decision.js";

/** Decisions about other guardians, oldest first, each signed by those before. */
export type Succession = readonly SignedDecision[];

/** Far more than a bridge sees; enclaves keep it. */
const MAX_SUCCESSION = 64;

export const succession: Codec<Succession> = vector(signedDecision, MAX_SUCCESSION);

const successorsBy = (config: BridgeConfig, before: Guardians, { decision, warrant }: SignedDecision): Guardians => {
  if (decision.action.type !== "guardians" || warrant.type !== "signatures")
    throw new ProofError("proof/succession", `expected signed decisions about guardians, got ${decision.action.type}`);
  verifySignatures(before, bridgeId(config), decision, warrant.value);
  checkGuardians(decision.action.value);
  return decision.action.value;
};

/**
 * The guardians that a succession leads to. Nothing here says that its decisions ever came into force: who signed them
 * vouched for their successors all the same.
 * @throws ProofError `proof/succession`, and as `verifySignatures`; RefusedError as `checkGuardians`
 */
export const verifySuccession = (config: BridgeConfig, steps: Succession): Guardians => {
  let guardians = config.guardians;
  let last = -1n;
  for (const step of steps) {
    if (step.decision.number <= last)
      throw new ProofError("proof/succession", `expected decision ${step.decision.number} after ${last}, oldest first`);
    guardians = successorsBy(config, guardians, step);
    last = step.decision.number;
  }
  return guardians;
};

/** Whether guardians by the first are among the predecessors of those by the second, whoever signed for them. */
export const isFormer = (steps: Succession, later: Succession): boolean =>
  steps.length < later.length &&
  steps.every(({ decision }, i) => {
    const other = later[i];
    return other !== undefined && equal(encode(decisionCodec, decision), encode(decisionCodec, other.decision));
  });
