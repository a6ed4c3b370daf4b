import type { Collateral } from "./evidence.js";
import type { Policy } from "./policy.js";
import type { Roots } from "./roots.js";

/** What evidence is judged by. */
export interface Verification<C extends Collateral = Collateral> {
  readonly policy: Policy;
  readonly collateral: C;
  /**
   * Milliseconds since 1970, of a clock that is trusted: everything that expires is judged at this
   * time.
   */
  readonly now: number;
  /**
   * The vendors' roots are `VENDOR_ROOTS`; whoever holds the key of another one can forge any
   * evidence.
   */
  readonly roots: Roots;
}
