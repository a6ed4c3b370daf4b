/** What a given authority set has finalized, whichever set a light client's state has. */
import type { AuthoritySet } from "./authority-set.js";
import { type FinalityUpdate, readFinality } from "./finality-proof.js";
import { setAfter } from "./finality-set.js";
import { type VerifiedRelayHeader, verifyAncestors, verifyTarget } from "./verified-relay-header.js";

export interface FinalizedHeader {
  /** The proof's block, signed by the given set. */
  readonly verified: VerifiedRelayHeader;
  /** Its ancestors among the proof's unknown headers, oldest first. */
  readonly ancestors: readonly VerifiedRelayHeader[];
  /**
   * The set that this block hands over to, where it is the given set's last. Named by that block,
   * it need not have signed anything.
   */
  readonly next: AuthoritySet | undefined;
}

/**
 * Verifies a finality proof by the signatures of a set that the caller vouches for, however old. A
 * justification and its target's header suffice. Forced changes aren't followed.
 * @throws DecodeError; ProofError `proof/quorum`, `proof/authority-set`, `proof/target-header`,
 *   `proof/ancestry`, `proof/set-changes`
 */
export const verifyFinalizedHeader = (
  { setId, authorities }: AuthoritySet,
  update: FinalityUpdate,
): FinalizedHeader => {
  const { justification, target, before } = readFinality(update);
  const verified = verifyTarget({ setId, authorities }, justification, target);
  const ancestors = verifyAncestors(verified, before);
  return { verified, ancestors, next: setAfter(setId, [...before, target]) };
};

/** A way over the last blocks of sets. */
export interface FinalityWay {
  /** What each step has shown, in their order. */
  readonly steps: readonly FinalizedHeader[];
  /** The sets whose last blocks were shown, oldest first: each has signed its own. */
  readonly passed: readonly AuthoritySet[];
  /**
   * The set in force after the last step. It has signed something only if a step's `signedBy` says
   * so.
   */
  readonly set: AuthoritySet;
}

/**
 * Follows steps from a set that the caller vouches for. Each is verified by the set that those
 * before it lead to.
 * @throws DecodeError and ProofError of `verifyFinalizedHeader`
 */
export const followFinality = (from: AuthoritySet, updates: readonly FinalityUpdate[]): FinalityWay => {
  const steps: FinalizedHeader[] = [];
  const passed: AuthoritySet[] = [];
  let set: AuthoritySet = { setId: from.setId, authorities: from.authorities };
  for (const one of updates) {
    const step = verifyFinalizedHeader(set, one);
    steps.push(step);
    if (step.next === undefined) continue;
    passed.push(set);
    set = step.next;
  }
  return { steps, passed, set };
};
