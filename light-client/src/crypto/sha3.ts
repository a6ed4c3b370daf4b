import { sha3_256 as hash } from "#hashes";
import { joined } from "../bytes.js";

/** Computes SHA3-256 (FIPS 202, not Keccak) of the parts one after the other. */
export const sha3_256 = (...parts: readonly Uint8Array[]): Uint8Array => hash(joined(parts));
