import { sha384 as nobleSha384 } from "@noble/hashes/sha2.js";
import { concat } from "@pdiem/light-client/bytes";
import { nodeCrypto } from "@pdiem/light-client/crypto/platform";

/** Hashes the parts one after the other by SHA-384. */
export const sha384 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const input = concat(...parts);
  return nodeCrypto === undefined
    ? nobleSha384(input)
    : new Uint8Array(nodeCrypto.createHash("sha384").update(input).digest());
};
