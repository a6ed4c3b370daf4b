/** Who holds the key together (PROTOCOL 7a): `k` of `n` slots, each of a class. */
import { type Decoded, fixedBytes, string, struct, u8, vector } from "@pdiem/light-client/codec/bcs";

export const MAX_SLOTS = 16;
/** Kinds of genuine TEEs. */
const MAX_KINDS = 3;
const MAX_SIMULATED = 64;

/** TEEs whose failure is one failure: of one vendor. */
export const holderClass = struct({
  /** For people, and by which slots name it, such as `intel`. */
  name: string,
  /** Kinds of genuine TEEs: `sgx` and `tdx`, `sev-snp`. */
  tees: vector(string, MAX_KINDS),
  /** Measurements of simulated TEEs, 32 bytes each. */
  simulated: vector(fixedBytes(32), MAX_SIMULATED),
});
export type HolderClass = Decoded<typeof holderClass>;

export const holders = struct({
  /** How many slots sign. */
  threshold: u8,
  classes: vector(holderClass, MAX_SLOTS),
  /** The class of each slot, by its name; the first slot has number 1. */
  slots: vector(string, MAX_SLOTS),
});
export type Holders = Decoded<typeof holders>;
