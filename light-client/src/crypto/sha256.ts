import { sha256 as hash } from "#hashes";
import { joined } from "../bytes.js";

/** Computes SHA-256 of the parts one after the other. */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => hash(joined(parts));
