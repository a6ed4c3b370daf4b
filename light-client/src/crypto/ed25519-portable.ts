import { ed25519 as noble } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal } from "../bytes.js";
import type { Ed25519Backend } from "./ed25519-backend.js";

const { Point } = noble;

/**
 * Ed25519 in plain JavaScript, on noble's curve: for browsers, and to check the native one
 * against.
 */
export const ed25519: Ed25519Backend = {
  signer: (seed) => ({ publicKey: () => noble.getPublicKey(seed), sign: (message) => noble.sign(message, seed) }),
  verifier: (publicKey) => {
    const negated = Point.fromBytes(publicKey, true).negate();
    return {
      verify: (message, signature) => {
        const nonce = signature.subarray(0, 32);
        const challenge = bytesToNumberLE(sha512(concat(nonce, publicKey, message))) % Point.Fn.ORDER;
        // noble's own `verify` multiplies by the cofactor, which Diem's equation doesn't.
        const expected = Point.BASE.multiplyUnsafe(bytesToNumberLE(signature.subarray(32))).add(
          negated.multiplyUnsafe(challenge),
        );
        return equal(expected.toBytes(), nonce);
      },
    };
  },
};
