import { blake3 as hash } from "@noble/hashes/blake3.js";
import { concat } from "../bytes.js";

/** Computes BLAKE3 with a 32-byte output, of the parts one after the other. */
export const blake3 = (...parts: readonly Uint8Array[]): Uint8Array => hash(concat(...parts));
