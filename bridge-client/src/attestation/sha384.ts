import { sha384 as hash } from "@noble/hashes/sha2.js";
import { concat } from "@pdiem/light-client/bytes";

/** Hashes the parts one after the other by SHA-384. */
export const sha384 = (...parts: readonly Uint8Array[]): Uint8Array => hash(concat(...parts));
