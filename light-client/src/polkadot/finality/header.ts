/**
 * Substrate block headers, of the relay chain and of its parachains alike. Source:
 * sp_runtime::generic::header.
 */
import { compactU32, type Decoded, encode, fixedBytes, struct } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { digest } from "./digest.js";

export const header = struct({
  parentHash: fixedBytes(32),
  number: compactU32,
  stateRoot: fixedBytes(32),
  extrinsicsRoot: fixedBytes(32),
  digest,
});
export type Header = Decoded<typeof header>;

/** Hashes the encoded header by BLAKE2b-256: the block's hash. */
export const headerHash = (value: Header): Uint8Array => blake2b256(encode(header, value));
