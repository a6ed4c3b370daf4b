/**
 * What guardians vouch for every few days (PROTOCOL 6), so that former validators' keys lose their
 * worth.
 */
import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, encode, fixedBytes, option, struct, u32, u64, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { signers } from "../config/guardians.js";

/** The most spec versions that a checkpoint names. */
export const MAX_SPEC_VERSIONS = 4;
/** Present guardians, and those of pending changes. */
export const MAX_SIGNER_SETS = 8;

export const checkpoint = struct({
  /** Diem's epoch and `epochStateHash`. */
  diem: struct({ epoch: u64, hash: fixedBytes(32) }),
  /** GRANDPA's set and `authoritySetHash`. */
  relay: struct({ setId: u64, hash: fixedBytes(32) }),
  /** When both sets vouched for their chains, ms: the earlier of both proven times. */
  time: u64,
  /**
   * `nonceListHash` for a hand-over or repair: shows that this was signed since they were drawn.
   */
  nonces: option(fixedBytes(32)),
  /**
   * Runtimes whose storage and calls guardians have compared with what the bridge reads and calls.
   */
  specVersions: vector(u32, MAX_SPEC_VERSIONS),
  /** Who may sign the next: themselves first, then those whom pending changes bring. */
  signers: vector(signers, MAX_SIGNER_SETS),
});
export type Checkpoint = Decoded<typeof checkpoint>;

const TAG = utf8("pdiem/checkpoint/v2");
const NONCES_TAG = utf8("pdiem/nonces/v2");
/** The most nonces that one list holds. */
export const MAX_NONCES = 32;
const nonceList = vector(fixedBytes(32), MAX_NONCES);

/** Composes the bytes that guardians sign. @param bridgeId 32 bytes */
export const checkpointMessage = (bridgeId: Uint8Array, value: Checkpoint): Uint8Array =>
  concat(TAG, bridgeId, encode(checkpoint, value));

/** Hashes the nonces that the parties of a hand-over drew, 32 bytes each. */
export const nonceListHash = (nonces: readonly Uint8Array[]): Uint8Array =>
  blake2b256(NONCES_TAG, encode(nonceList, nonces));

export const isSameCheckpoint = (a: Checkpoint, b: Checkpoint): boolean =>
  equal(encode(checkpoint, a), encode(checkpoint, b));
