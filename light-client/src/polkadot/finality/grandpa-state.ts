/** What a light client of a GRANDPA chain trusts, and how finality proofs move it on. */
import { equal, isZero, toHex } from "../../bytes.js";
import { type Codec, fixedBytes, mapped, option, struct, u32, u64 } from "../../codec/scale.js";
import { ProofError } from "../../error.js";
import { type AuthoritySet, authorityList, checkAuthorities } from "./authority-set.js";
import { type ClaimedFinality, type FinalityUpdate, readFinality } from "./finality-proof.js";
import { type FinalityOptions, type PendingChange, pendingChange, votingSet } from "./finality-set.js";
import { type VerifiedRelayHeader, verifyAncestors, verifyTarget, verifyTrusted } from "./verified-relay-header.js";
import { hasVotesOf } from "./vote-tally.js";

export type { FinalityUpdate } from "./finality-proof.js";
export type { FinalityOptions, PendingChange } from "./finality-set.js";
export type { VerifiedRelayHeader } from "./verified-relay-header.js";

/**
 * The set that finalizes what comes after `finalized`; that block's hash has 32 bytes. Configured
 * states leave `pending` out.
 */
export interface GrandpaState extends AuthoritySet {
  readonly finalized: { readonly number: number; readonly hash: Uint8Array };
  readonly pending?: PendingChange | undefined;
}

const checkPlace = (state: GrandpaState): GrandpaState => {
  if (state.finalized.hash.length !== 32 || isZero(state.finalized.hash))
    throw new ProofError("proof/trust-root", "expected the hash of a finalized block, 32 bytes that aren't all zero");
  if (state.pending !== undefined && state.pending.lastBlock <= state.finalized.number)
    throw new ProofError("proof/trust-root", `expected the pending change after block ${state.finalized.number}`);
  return state;
};

/**
 * Checks a state from configuration. One that finality has led to may have any authorities.
 * @throws ProofError `proof/trust-root`, or of `checkAuthorities`
 */
export const checkGrandpaState = (state: GrandpaState): GrandpaState => {
  checkAuthorities(state.authorities);
  return checkPlace(state);
};

/**
 * SCALE.
 * @throws ProofError `proof/trust-root` for a zero hash, or a pending change that is past
 */
export const grandpaState: Codec<GrandpaState> = mapped(
  struct<GrandpaState>({
    setId: u64,
    authorities: authorityList,
    finalized: struct<GrandpaState["finalized"]>({ number: u32, hash: fixedBytes(32) }),
    pending: option(pendingChange),
  }),
  checkPlace,
  (state) => state,
);

/**
 * A set that a step of finality left behind. `hasSigned` is false where a forced change has
 * replaced it.
 */
export interface PassedAuthorities {
  readonly set: AuthoritySet;
  /** Whether it has itself signed the step's block, its last. */
  readonly hasSigned: boolean;
}

export interface Finality {
  readonly state: GrandpaState;
  /** The proof's block. */
  readonly verified: VerifiedRelayHeader;
  /** Its ancestors among the proof's unknown headers, oldest first. */
  readonly ancestors: readonly VerifiedRelayHeader[];
  /**
   * The sets left behind, oldest first. That of `state` has signed something only if
   * `verified.signedBy` says so.
   */
  readonly passed: readonly PassedAuthorities[];
}

const checkContinues = (state: GrandpaState, chain: readonly VerifiedRelayHeader[]): void => {
  for (const { header, hash } of chain) {
    const other =
      (header.number === state.finalized.number && !equal(hash, state.finalized.hash)) ||
      (header.number === state.finalized.number + 1 && !equal(header.parentHash, state.finalized.hash));
    if (other)
      throw new ProofError(
        "proof/conflicting-finality",
        `expected descendants of block ${state.finalized.number} 0x${toHex(state.finalized.hash)}: ` +
          `its authorities have finalized block ${header.number} 0x${toHex(hash)} of another fork`,
      );
  }
};

const setOf = ({ setId, authorities }: AuthoritySet): AuthoritySet => ({ setId, authorities });

const moveOn = (state: GrandpaState, claimed: ClaimedFinality, options: FinalityOptions): Finality => {
  const { justification, target, before } = claimed;
  const voting = votingSet(state, [...before, target], options);
  const verified = verifyTarget(voting, justification, target);
  const ancestors = verifyAncestors(verified, before);
  checkContinues(state, [...ancestors, verified]);
  const finalized = { number: target.number, hash: verified.hash };
  const replaced = voting.setId === state.setId ? [] : [{ set: setOf(state), hasSigned: false }];
  if (voting.pending?.lastBlock !== target.number)
    return { state: { ...voting, finalized }, verified, ancestors, passed: replaced };
  const next = { setId: voting.setId + 1n, authorities: voting.pending.authorities, pending: undefined };
  const passed = [...replaced, { set: setOf(voting), hasSigned: true }];
  return { state: { ...next, finalized }, verified, ancestors, passed };
};

const lookBack = (state: GrandpaState, { justification, target, before }: ClaimedFinality): Finality => {
  const isOwn = equal(justification.commit.targetHash, state.finalized.hash);
  const isBySet = hasVotesOf(state, justification);
  if (!isBySet && !isOwn)
    throw new ProofError(
      "proof/stale",
      `expected a block that set ${state.setId} has finalized, or one above ${state.finalized.number}, got ${target.number}`,
    );
  const verified = isBySet
    ? verifyTarget(setOf(state), justification, target)
    : verifyTrusted(state.finalized.hash, target);
  const ancestors = verifyAncestors(verified, before);
  checkContinues(state, [...ancestors, verified]);
  return { state, verified, ancestors, passed: [] };
};

/**
 * Verifies a finality proof, and moves the state on where its block is a newer one. A justification
 * and its target's header suffice. An older block that the present set has finalized is verified,
 * too; the state's own is taken whoever signed it.
 *
 * The set changes at the block where its last change takes effect. That one must be proven before
 * any above it. A change with a delay, which session changes don't have, must have been among the
 * headers shown by then. Nothing above it can be proven to a state that has missed it.
 * @throws DecodeError; ProofError `proof/quorum`, `proof/authority-set`, `proof/target-header`,
 * `proof/ancestry`, or of `votingSet`. `proof/stale` is for an older block of another set (see
 * `verifyFinalizedHeader`), `proof/conflicting-finality` where authorities have finalized two
 * forks.
 */
export const verifyFinality = (
  state: GrandpaState,
  update: FinalityUpdate,
  options: FinalityOptions = {},
): Finality => {
  checkPlace(state);
  const claimed = readFinality(update);
  return claimed.target.number > state.finalized.number ? moveOn(state, claimed, options) : lookBack(state, claimed);
};
