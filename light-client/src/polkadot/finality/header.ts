/** Substrate block headers, of the relay chain and of its parachains alike. Source: sp_runtime::generic::header. */
import { type Codec, compactU32, encode, fixedBytes, struct } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { type DigestItem, digest } from "./digest.js";

export interface Header {
  readonly parentHash: Uint8Array;
  readonly number: number;
  readonly stateRoot: Uint8Array;
  readonly extrinsicsRoot: Uint8Array;
  readonly digest: readonly DigestItem[];
}

const hash = fixedBytes(32);

export const header: Codec<Header> = struct({
  parentHash: hash,
  number: compactU32,
  stateRoot: hash,
  extrinsicsRoot: hash,
  digest,
});

/** BLAKE2b-256 of the encoded header: the block's hash. */
export const headerHash = (value: Header): Uint8Array => blake2b256(encode(header, value));
