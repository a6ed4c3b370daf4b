/** What holders-to-be show each other before they make a key together (PROTOCOL 7a). */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, encode, fixedBytes, struct, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { MAX_SLOTS } from "../config/holders.js";

/** One slot's part, made by the process that is to hold its share. */
export const part = struct({
  /** X25519 public key of the process. */
  handoverKey: fixedBytes(32),
  /** 32 random bytes: evidence over the roll isn't older than they are. */
  challenge: fixedBytes(32),
  /** Commitments to the polynomial of the first round, as many as slots sign. */
  commitments: vector(fixedBytes(32), MAX_SLOTS),
  /** Proof of knowledge of what the first of them commits to: R, then the scalar. */
  proof: fixedBytes(64),
});
export type Part = Decoded<typeof part>;

/** All slots' parts, in their order. */
export const parts = vector(part, MAX_SLOTS);

const TAG = utf8("pdiem/roll-parts/v1");

/** Computes the roll, 32 bytes: blake2b-256 of a tag, `bridgeId` and the BCS of all parts. */
export const rollOf = (bridgeId: Uint8Array, all: readonly Part[]): Uint8Array =>
  blake2b256(TAG, bridgeId, encode(parts, all));
