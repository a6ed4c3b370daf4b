/** What guardians decide of a slot's share, and by which name it is in force (PROTOCOL 7a). */
import { utf8 } from "@pdiem/light-client/bytes";
import { bytes, type Decoded, encode, fixedBytes, option, struct, u8 } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { CHIP_ID_LENGTH } from "../config/attestation-policy.js";

/** PPID or chip id of a machine; undefined where simulated. */
export const platformId = option(bytes(CHIP_ID_LENGTH));

export const grant = struct({
  /** From 1 on. */
  slot: u8,
  /** `publicPackageHash`, 32 bytes. */
  publicPackage: fixedBytes(32),
  /** The receiver's machine. */
  platform: platformId,
});
export type Grant = Decoded<typeof grant>;

/** What guardians decide of a share: to give it by the transcript of this hash, 32 bytes. */
export const shareGrant = struct({ transcript: fixedBytes(32), grant });
export type ShareGrant = Decoded<typeof shareGrant>;

const TAG = utf8("pdiem/share-grant/v1");

/**
 * Computes the 32 bytes by which the governance state holds a hand-over in force: the transcript's
 * hash, or for a share blake2b-256 of a tag and the BCS of `shareGrant`.
 */
export const handoverName = (transcript: Uint8Array, granted: Grant | undefined): Uint8Array =>
  granted === undefined ? transcript : blake2b256(TAG, encode(shareGrant, { transcript, grant: granted }));
