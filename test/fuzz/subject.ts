import type { Input } from "../conformance/attestation/input.js";
import type { Random } from "./random.js";

export type { Input };

/** Evidence that is accepted, to be changed. */
export interface Subject {
  readonly name: string;
  readonly input: Input;
  /**
   * Ways to change something that is signed and to sign it again, as only a vendor could. Empty for
   * real evidence.
   */
  readonly remakes: readonly ((random: Random) => Input)[];
}
