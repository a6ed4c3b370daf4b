import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { concat } from "../bytes.js";
import { nodeCrypto } from "./platform.js";

/** SHA-256 of the parts one after the other. */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const input = concat(...parts);
  return nodeCrypto === undefined
    ? nobleSha256(input)
    : new Uint8Array(nodeCrypto.createHash("sha256").update(input).digest());
};
