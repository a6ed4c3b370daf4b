/** Finality proofs, as `grandpa_proveFinality` returns them. Source: sc_consensus_grandpa::FinalityProof. */
import { type Codec, fixedBytes, bytes as lengthPrefixed, struct, vector } from "../../codec/scale.js";
import { type Header, header } from "./header.js";

/**
 * `block` is the hash of the block that the justification finalizes: the last of its set, if the block asked for is of an
 * earlier set. `unknownHeaders` are the headers after the one asked for, up to and with that block.
 */
export interface FinalityProof {
  readonly block: Uint8Array;
  readonly justification: Uint8Array;
  readonly unknownHeaders: readonly Header[];
}

/** More than a set has on Polkadot in a day. */
const MAX_HEADERS = 16_384;

export const finalityProof: Codec<FinalityProof> = struct({
  block: fixedBytes(32),
  justification: lengthPrefixed,
  unknownHeaders: vector(header, MAX_HEADERS),
});
