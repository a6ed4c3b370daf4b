import type { Evidence } from "@pdiem/enclave-verifier/evidence";
import type { Verification } from "@pdiem/enclave-verifier/verification";
import type { Random } from "./random.js";

/** What `verifyEvidence` is called with. */
export interface Input extends Omit<Verification, "roots">, Partial<Pick<Verification, "roots">> {
  readonly evidence: Evidence;
}

/** Evidence that is accepted, to be changed. */
export interface Subject {
  readonly name: string;
  readonly input: Input;
  /** Ways to change something that is signed and to sign it again, as only a vendor could. Empty for real evidence. */
  readonly remakes: readonly ((random: Random) => Input)[];
}
