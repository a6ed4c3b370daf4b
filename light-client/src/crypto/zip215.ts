/** Ed25519 by ZIP 215: https://zips.z.cash/zip-0215. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from "./ed25519.js";

/**
 * Tells whether [8](R + [k]A - [S]B) is the neutral point, S below the group's order. Takes points
 * of small order and y of p or more. In plain JavaScript, many times as long as `verifyStrict`,
 * which takes nothing that this doesn't. Never throws.
 */
export const verifyZip215 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  publicKey.length === PUBLIC_KEY_LENGTH &&
  signature.length === SIGNATURE_LENGTH &&
  ed25519.verify(signature, message, publicKey, { zip215: true });
