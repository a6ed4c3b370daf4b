/**
 * Finality proofs, as `grandpa_proveFinality` returns them. Source:
 * sc_consensus_grandpa::FinalityProof.
 */
import { equal, toHex } from "../../bytes.js";
import { type Decoded, decode, fixedBytes, bytes as lengthPrefixed, struct, vector } from "../../codec/scale.js";
import { ProofError } from "../../error.js";
import { type Header, header, headerHash } from "./header.js";
import { type Justification, justification } from "./justification.js";

/** Limit of headers: a node puts no more into one proof. */
const MAX_HEADERS = 100_000;

export const finalityProof = struct({
  /**
   * Hash of the block that the justification finalizes. That is the last of its set, if the block
   * asked for is of an earlier set.
   */
  block: fixedBytes(32),
  /** Encoded. */
  justification: lengthPrefixed,
  /**
   * The headers after the one asked for, up to and with that block. Only delayed changes of the set
   * need any.
   */
  unknownHeaders: vector(header, MAX_HEADERS),
});
export type FinalityProof = Decoded<typeof finalityProof>;

/**
 * `header` is that of the proof's block; the last of its unknown headers is taken where it is left
 * out. All as encoded.
 */
export interface FinalityUpdate {
  readonly finalityProof: Uint8Array;
  readonly header?: Uint8Array | undefined;
}

/** What a finality update says. Nothing of it is verified. */
export interface ClaimedFinality {
  readonly justification: Justification;
  /** The header of the block that the justification is for. */
  readonly target: Header;
  /** Said to be that block's ancestors, oldest first. */
  readonly before: readonly Header[];
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

/**
 * Reads a justification and the header of its target. What is returned shares no memory with the
 * update.
 * @throws DecodeError; ProofError `proof/target-header` where proof, justification and headers name
 *   different blocks
 */
export const readFinality = (update: FinalityUpdate): ClaimedFinality => {
  // A copy: what is verified must stay so, whatever becomes of the caller's buffer.
  const {
    block,
    justification: encoded,
    unknownHeaders,
  } = decode(finalityProof, Uint8Array.from(update.finalityProof));
  const votes = decode(justification, encoded);
  const target = targetHeader(block, update.header, unknownHeaders);
  if (!equal(block, votes.commit.targetHash))
    throw new ProofError("proof/target-header", `expected a justification of block 0x${toHex(block)}, got another's`);
  return { justification: votes, target, before: unknownHeaders.slice(0, -1) };
};
