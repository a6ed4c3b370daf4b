import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { sha3_256 as nobleSha3 } from "@noble/hashes/sha3.js";
import type { Hash } from "./hash.js";

/** SHA-256 in JavaScript, for browsers. */
export const sha256: Hash = (input) => nobleSha256(input);

/** SHA-512 in JavaScript, for browsers. */

/** SHA3-256 in JavaScript, for browsers. */
export const sha3_256: Hash = (input) => nobleSha3(input);
