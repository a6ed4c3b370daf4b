/** Active time of PROTOCOL 2: what delays of decisions run in. Only settlements make it pass. */
import type { Ledger } from "./ledger.js";

/** However long a bridge stands still, it counts as an hour at most, ms. */
export const MAX_ACTIVE_STEP = 3_600_000n;

/**
 * Computes the active time of a settlement's ledger.
 * @param time the block's, ms
 * @param isAnyFrozen whether any asset is frozen at the block: nobody can leave then, so nothing
 * passes
 */
export const activeAt = (
  { active, time: before }: Pick<Ledger, "active" | "time">,
  time: bigint,
  isAnyFrozen: boolean,
): bigint => {
  if (isAnyFrozen || time <= before) return active;
  const passed = time - before;
  return active + (passed < MAX_ACTIVE_STEP ? passed : MAX_ACTIVE_STEP);
};
