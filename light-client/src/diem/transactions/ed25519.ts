import { type Codec, mapped, sizedBytes, struct } from "../../codec/bcs.js";
import { isValidPublicKey, isValidSignature, PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from "../../crypto/ed25519.js";
import { DecodeError } from "../../error.js";

/**
 * 32 bytes behind their length. As in Diem, a key that isn't a point of the curve, or of small
 * order, doesn't decode.
 * @throws DecodeError `decode/public-key`
 */
export const ed25519PublicKey: Codec<Uint8Array> = mapped(
  sizedBytes(PUBLIC_KEY_LENGTH),
  (key) => {
    if (!isValidPublicKey(key))
      throw new DecodeError("decode/public-key", "expected an Ed25519 point that isn't of small order");
    return key;
  },
  (key) => key,
);

/**
 * 64 bytes behind their length. As in Diem, a signature whose S isn't below the group's order
 * doesn't decode.
 * @throws DecodeError `decode/signature`
 */
export const ed25519Signature: Codec<Uint8Array> = mapped(
  sizedBytes(SIGNATURE_LENGTH),
  (signature) => {
    if (!isValidSignature(signature))
      throw new DecodeError("decode/signature", "expected an Ed25519 signature with S below the group's order");
    return signature;
  },
  (signature) => signature,
);

/** One key and its signature. */
export interface Ed25519Authenticator {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export const ed25519Authenticator: Codec<Ed25519Authenticator> = struct<Ed25519Authenticator>({
  publicKey: ed25519PublicKey,
  signature: ed25519Signature,
});
