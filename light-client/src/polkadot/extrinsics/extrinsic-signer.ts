import { bytes, decode } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";

/** A version 4 extrinsic that is signed, by an account given as `MultiAddress::Id`. */
const SIGNED_V4 = 0x84;
const ACCOUNT_ID = 0;

/** @param extrinsic whole, with its length in front */
export const extrinsicHash = (extrinsic: Uint8Array): Uint8Array => blake2b256(extrinsic);

/**
 * Reads the account that an extrinsic of any runtime is signed for. Nothing is checked: anybody can
 * write it.
 * @returns undefined for unsigned extrinsics, other versions and other forms of address
 * @throws DecodeError if the length in front is wrong
 */
export const extrinsicSigner = (extrinsic: Uint8Array): Uint8Array | undefined => {
  const body = decode(bytes, extrinsic);
  return body[0] === SIGNED_V4 && body[1] === ACCOUNT_ID && body.length >= 34 ? body.subarray(2, 34) : undefined;
};
