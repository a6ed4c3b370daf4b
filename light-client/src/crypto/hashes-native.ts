import { hash } from "node:crypto";
import type { Hash } from "./hash.js";

// The one-shot function spares the hash object, which costs more than hashing a tree node does. So
// does its buffer: short arrays made here are the collector's least work.
const by =
  (algorithm: string): Hash =>
  (input) => {
    const characters = hash(algorithm, input, "binary");
    const digest = new Uint8Array(characters.length);
    for (let i = 0; i < digest.length; i++) digest[i] = characters.charCodeAt(i);
    return digest;
  };

/** SHA-256 by OpenSSL. */
export const sha256 = by("sha256");

/** SHA-512 by OpenSSL. */

/** SHA3-256 by OpenSSL. */
export const sha3_256 = by("sha3-256");
