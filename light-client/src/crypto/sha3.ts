import { sha3_256 as nobleSha3 } from "@noble/hashes/sha3.js";
import { concat } from "../bytes.js";
import { nodeCrypto } from "./platform.js";

// The one-shot function spares the hash object, which costs more than hashing a tree node does.
const native =
  nodeCrypto !== undefined && typeof nodeCrypto.hash === "function" && nodeCrypto.getHashes().includes("sha3-256")
    ? nodeCrypto
    : undefined;

/** SHA3-256 (FIPS 202, not Keccak) of the parts one after the other. */
export const sha3_256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const input = concat(...parts);
  if (native === undefined) return nobleSha3(input);
  const digest = native.hash("sha3-256", input, "buffer");
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
};
