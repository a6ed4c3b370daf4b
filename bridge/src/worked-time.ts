import type { Ledger } from "./ledger.js";

/** However long a bridge stands still, it counts as an hour at most, ms. */
export const MAX_WORKED_STEP = 3_600_000n;

/** What `worked` is in a ledger made at that proven time, ms, where nobody stopped the bridge meanwhile (`clockAt`). */
export const workedUntil = ({ worked, time: before }: Pick<Ledger, "worked" | "time">, time: bigint): bigint => {
  const passed = time - before;
  return worked + (passed < MAX_WORKED_STEP ? passed : MAX_WORKED_STEP);
};
