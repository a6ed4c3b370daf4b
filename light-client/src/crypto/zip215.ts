/** Ed25519 by ZIP 215: https://zips.z.cash/zip-0215. */
import { add, BASE, combine, decompress, isNeutral, L, negate } from "./edwards25519.js";
import { littleEndian } from "./little-endian.js";
import { sha512 } from "./sha512.js";

/**
 * Tells whether [8](R + [k]A - [S]B) is the neutral point, S below the group's order. Takes points
 * of small order and y of p or more. In plain JavaScript, many times as long as `verifyStrict`,
 * which takes nothing that this doesn't. Never throws.
 */
export const verifyZip215 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const nonce = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const [r, a] = [decompress(nonce), decompress(publicKey)];
  if (s >= L || r === undefined || a === undefined) return false;
  const challenge = littleEndian(sha512(nonce, publicKey, message)) % L;
  let difference = add(r, combine(challenge, a, s, negate(BASE)));
  for (let doubled = 0; doubled < 3; doubled++) difference = add(difference, difference);
  return isNeutral(difference);
};
