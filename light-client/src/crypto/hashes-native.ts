import { hash } from "node:crypto";
import type { Hash } from "./hash.js";

// The one-shot function spares the hash object, which costs more than hashing a tree node does.
const by =
  (algorithm: string): Hash =>
  (input) => {
    const digest = hash(algorithm, input, "buffer");
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
  };

/** SHA-256 by OpenSSL. */
export const sha256 = by("sha256");

/** SHA-512 by OpenSSL. */
export const sha512 = by("sha512");

/** SHA3-256 by OpenSSL. */
export const sha3_256 = by("sha3-256");
