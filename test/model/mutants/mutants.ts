/** Every rule that the model is there to hold, broken one at a time. */
import { FRESHNESS_MUTANTS } from "./freshness.js";
import { GOVERNANCE_MUTANTS } from "./governance.js";
import { LEDGER_MUTANTS } from "./ledger.js";
import type { Mutant } from "./mutant.js";
import { PAYOUTS_MUTANTS } from "./payouts.js";
import { TRANSFERS_MUTANTS } from "./transfers.js";

export const MUTANTS: readonly Mutant[] = [
  ...LEDGER_MUTANTS,
  ...PAYOUTS_MUTANTS,
  ...TRANSFERS_MUTANTS,
  ...FRESHNESS_MUTANTS,
  ...GOVERNANCE_MUTANTS,
];
