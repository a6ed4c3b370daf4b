import { sha3_256 as nobleSha3 } from "@noble/hashes/sha3.js";
import { nodeCrypto } from "./platform.js";

const native = nodeCrypto?.getHashes().includes("sha3-256") ? nodeCrypto : undefined;

/** SHA3-256 (FIPS 202, not Keccak) of the parts one after the other. */
export const sha3_256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  if (native === undefined) {
    const hash = nobleSha3.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  }
  const hash = native.createHash("sha3-256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
