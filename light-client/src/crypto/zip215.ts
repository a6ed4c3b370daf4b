/** Ed25519 by ZIP 215: https://zips.z.cash/zip-0215. */
import { edwards } from "@noble/curves/abstract/edwards.js";
import { D, P } from "./curve25519-point.js";
import { littleEndian } from "./little-endian.js";
import { sha512 } from "./sha512.js";

// RFC 8032 5.1.
const Point = edwards({
  p: P,
  n: 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn,
  h: 8n,
  a: P - 1n,
  d: D,
  Gx: 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
  Gy: 0x6666666666666666666666666666666666666666666666666666666666666658n,
});

/**
 * Tells whether [8](R + [k]A - [S]B) is the neutral point, S below the group's order. Takes points
 * of small order and y of p or more. In plain JavaScript, many times as long as `verifyStrict`,
 * which takes nothing that this doesn't. Never throws.
 */
export const verifyZip215 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  if (signature.length !== 64) return false;
  try {
    const nonce = signature.subarray(0, 32);
    const [r, a] = [Point.fromBytes(nonce, true), Point.fromBytes(publicKey, true)];
    const challenge = Point.Fn.create(littleEndian(sha512(nonce, publicKey, message)));
    const byKey = Point.BASE.multiplyUnsafe(littleEndian(signature.subarray(32)));
    return r.add(a.multiplyUnsafe(challenge)).subtract(byKey).clearCofactor().is0();
  } catch {
    // Noble throws where a point doesn't decompress or the scalar isn't below the group's order.
    return false;
  }
};
