/**
 * Decides which decision a batch may take (PROTOCOL 6). It is one of the present state, not too
 * old, with what vouches for it.
 */
import { equal } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import type { Guardians } from "../config/guardians.js";
import { RefusedError } from "../error.js";
import type { ActionOf } from "./action.js";
import type { Decision } from "./decision.js";
import type { GovernanceState } from "./governance-state.js";
import type { KnownSets } from "./known-sets.js";
import {
  culpritName,
  culpritsOf,
  isKnownMisbehaviour,
  type MisbehaviourEvidence,
  misbehaviourHash,
  verifyMisbehaviour,
} from "./misbehaviour.js";
import { type SignedDecision, verifyDecision } from "./signed-decision.js";

/** How far ahead of the block's time `until` may lie, ms: no decision lies in wait. */
export const MAX_VALIDITY = 24n * 3_600_000n;

/** What a decision is judged by. */
export interface AcceptanceBasis {
  readonly bridgeId: Uint8Array;
  /** `governanceHash` that the ledger in force holds. */
  readonly governance: Uint8Array;
  /** The state in force before the decision: its guardians must have signed. */
  readonly inForce: GovernanceState;
  /** The block's, ms. */
  readonly time: bigint;
  /** Sets whose signatures count as evidence. */
  readonly sets: KnownSets;
}

const refuse = (code: string, message: string): never => {
  throw new RefusedError(`refused/${code}`, message);
};

const checkPlace = ({ governance, time }: AcceptanceBasis, { governance: signedOver, until }: Decision): void => {
  if (!equal(signedOver, governance))
    refuse("decision-governance", "expected a decision signed over the present governance state: sign it anew");
  if (time > until) refuse("decision-expired", `expected a decision valid at ${time}, it was until ${until}`);
  if (until > time + MAX_VALIDITY)
    refuse("decision-until", `expected a decision valid for 24 h at most, until ${time + MAX_VALIDITY}, got ${until}`);
};

const checkEvidence = (
  { inForce, sets }: AcceptanceBasis,
  { culprits, evidence: hash }: ActionOf<"misbehaviour">["value"],
  evidence: MisbehaviourEvidence,
): void => {
  const shown = culpritsOf(evidence).map(culpritName).join(" and ");
  if (!equal(misbehaviourHash(evidence), hash) || culprits.map(culpritName).join(" and ") !== shown)
    throw new ProofError("proof/evidence", "expected the evidence that the decision names");
  if (isKnownMisbehaviour(inForce, culprits))
    refuse("known-misbehaviour", `expected misbehaviour of sets newer than any that counted, got ${shown}`);
  verifyMisbehaviour(sets, evidence);
};

/**
 * New guardians whom the decision brings: a slip in their keys would be known only once it is too
 * late.
 */
const newGuardians = ({ actions }: Decision): readonly Guardians[] =>
  actions.flatMap((action) => (action.type === "guardians" ? [action.value] : []));

/**
 * Checks that a decision may be taken at the block. Whether its actions may be is for
 * `takeDecision`.
 * @throws RefusedError `refused/decision-governance`, `refused/decision-expired`,
 * `refused/decision-until`, `refused/known-misbehaviour`; ProofError `proof/warrant`,
 * `proof/evidence`, those of `verifyDecision` and `verifyMisbehaviour`
 */
export const checkSignedDecision = (basis: AcceptanceBasis, { decision, warrant }: SignedDecision): void => {
  checkPlace(basis, decision);
  const [first] = decision.actions;
  const isMisbehaviour = decision.actions.some(({ type }) => type === "misbehaviour");
  if (first?.type === "misbehaviour" && decision.actions.length === 1 && warrant.type === "evidence")
    checkEvidence(basis, first.value, warrant.value);
  else if (!isMisbehaviour && warrant.type === "signatures")
    verifyDecision([basis.inForce.guardians, ...newGuardians(decision)], basis.bridgeId, decision, warrant.value);
  else
    throw new ProofError(
      "proof/warrant",
      "expected evidence for a decision about misbehaviour alone, or guardians' signatures for any other",
    );
};
