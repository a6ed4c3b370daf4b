/** What a light client of a GRANDPA chain trusts, and how finality proofs move it on. */
import { equal, toHex } from "../../bytes.js";
import { type Codec, decode, fixedBytes, mapped, option, struct, u32, u64 } from "../../codec/scale.js";
import { ProofError } from "../../error.js";
import { type AuthoritySet, authorityList, checkAuthorities } from "./authority-set.js";
import { finalityProof } from "./finality-proof.js";
import { type FinalityOptions, type PendingChange, votingSet } from "./finality-set.js";
import { type Header, header, headerHash } from "./header.js";
import { justification } from "./justification.js";
import { type VerifiedRelayHeader, verifyAncestors, verifyTarget, verifyTrusted } from "./verified-relay-header.js";

export type { FinalityOptions, PendingChange } from "./finality-set.js";
export type { VerifiedRelayHeader } from "./verified-relay-header.js";

/** The set that finalizes what comes after `finalized`; that block's hash has 32 bytes. */
export interface GrandpaState extends AuthoritySet {
  readonly finalized: { readonly number: number; readonly hash: Uint8Array };
  readonly pending?: PendingChange | undefined;
}

/** Checks a state from configuration. @throws ProofError `proof/authority-set`, `proof/trust-root` */
export const checkGrandpaState = (state: GrandpaState): GrandpaState => {
  checkAuthorities(state.authorities);
  if (state.finalized.hash.length !== 32 || state.finalized.hash.every((byte) => byte === 0))
    throw new ProofError("proof/trust-root", "expected the hash of a finalized block, 32 bytes that aren't all zero");
  if (state.pending !== undefined && state.pending.lastBlock <= state.finalized.number)
    throw new ProofError("proof/trust-root", `expected the pending change after block ${state.finalized.number}`);
  return state;
};

/** SCALE. @throws as `checkGrandpaState` */
export const grandpaState: Codec<GrandpaState> = mapped(
  struct<GrandpaState>({
    setId: u64,
    authorities: authorityList,
    finalized: struct<GrandpaState["finalized"]>({ number: u32, hash: fixedBytes(32) }),
    pending: option(struct<PendingChange>({ lastBlock: u32, authorities: authorityList })),
  }),
  checkGrandpaState,
  (state) => state,
);

/** `header` is that of the proof's block; the last of its unknown headers is taken where it is left out. All as encoded. */
export interface FinalityEvidence {
  readonly finalityProof: Uint8Array;
  readonly header?: Uint8Array | undefined;
}

export interface Finality {
  readonly state: GrandpaState;
  /** The proof's block. */
  readonly verified: VerifiedRelayHeader;
  /** Its ancestors among the proof's unknown headers, oldest first. */
  readonly ancestors: readonly VerifiedRelayHeader[];
}

const targetHeader = (block: Uint8Array, given: Uint8Array | undefined, unknownHeaders: readonly Header[]): Header => {
  const last = unknownHeaders.at(-1);
  const target = given === undefined ? last : decode(header, Uint8Array.from(given));
  if (target === undefined)
    throw new ProofError(
      "proof/target-header",
      "expected the header of the finalized block, in the proof or beside it",
    );
  if (last !== undefined && !equal(headerHash(last), block))
    throw new ProofError("proof/target-header", `expected the proof's headers to end with block 0x${toHex(block)}`);
  return target;
};

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

/**
 * Moves a state on to the block that a finality proof finalizes. The set changes at the block where its last change takes
 * effect, so that block must be proven before any above it. A change with a delay, which session changes don't have, must have
 * been among the headers shown by then: nothing above it can be proven to a state that has missed it. A proof for the very block that the state knows gives it
 * again, whoever signed it.
 * @throws DecodeError; ProofError `proof/quorum` and others of `verifyJustification`, `proof/target-header`,
 *   `proof/ancestry`, `proof/stale` for a block below the state's, `proof/conflicting-finality` where authorities have
 *   finalized two forks, and those of `votingSet`
 */
export const verifyFinality = (
  state: GrandpaState,
  evidence: FinalityEvidence,
  options: FinalityOptions = {},
): Finality => {
  checkGrandpaState(state);
  // A copy: what is verified must stay so, whatever becomes of the caller's buffer.
  const {
    block,
    justification: encoded,
    unknownHeaders,
  } = decode(finalityProof, Uint8Array.from(evidence.finalityProof));
  const votes = decode(justification, encoded);
  const between = unknownHeaders.slice(0, -1);
  const target = targetHeader(block, evidence.header, unknownHeaders);
  if (!equal(block, votes.commit.targetHash))
    throw new ProofError("proof/target-header", `expected a justification of block 0x${toHex(block)}, got another's`);
  if (target.number < state.finalized.number)
    throw new ProofError("proof/stale", `expected a block from ${state.finalized.number} on, got ${target.number}`);
  if (equal(block, state.finalized.hash)) {
    const verified = verifyTrusted(block, target);
    return { state, verified, ancestors: verifyAncestors(verified, between) };
  }
  const set = votingSet(state, [...between, target], options);
  const verified = verifyTarget(set, votes, target);
  const ancestors = verifyAncestors(verified, between);
  checkContinues(state, [...ancestors, verified]);
  const finalized = { number: target.number, hash: verified.hash };
  const moved =
    set.pending?.lastBlock === target.number
      ? { setId: set.setId + 1n, authorities: set.pending.authorities, pending: undefined }
      : set;
  return { state: { ...moved, finalized }, verified, ancestors };
};
