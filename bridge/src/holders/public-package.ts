/** What all holders of a key know of it, and nobody need hide (PROTOCOL 7a). */
import { utf8 } from "@pdiem/light-client/bytes";
import { bytes, type Decoded, encode, fixedBytes, option, struct, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { CHIP_ID_LENGTH } from "../config/attestation-policy.js";
import { MAX_SLOTS } from "../config/holders.js";

const holderKey = struct({
  /** The share times the base point: what signature shares of the slot are verified by. */
  verifyingShare: fixedBytes(32),
  /** PPID or chip id of its machine at the ceremony; undefined where simulated. */
  platform: option(bytes(CHIP_ID_LENGTH)),
});

export const publicPackage = struct({
  /** The ceremony's that made the key. */
  roll: fixedBytes(32),
  /** The Ed25519 public key: custody's on Diem, the issuer's on the parachain. */
  groupKey: fixedBytes(32),
  slots: vector(holderKey, MAX_SLOTS),
});
export type PublicPackage = Decoded<typeof publicPackage>;

const TAG = utf8("pdiem/public-package/v1");

/** Computes the 32 bytes that name it in holders' evidence: blake2b-256 of a tag and its BCS. */
export const publicPackageHash = (value: PublicPackage): Uint8Array => blake2b256(TAG, encode(publicPackage, value));
