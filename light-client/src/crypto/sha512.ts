import { sha512 as hash } from "#hashes";
import { joined } from "../bytes.js";

/** Computes SHA-512 of the parts one after the other. */
export const sha512 = (...parts: readonly Uint8Array[]): Uint8Array => hash(joined(parts));
