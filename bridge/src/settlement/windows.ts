/** Limits on what may pass in a stretch of proven time. */
import type { WindowLimit } from "../config/currency-config.js";
import type { WindowUse } from "../ledger/ledger.js";

/**
 * The window that `time` (ms) lies in. It has what it let through so far, or nothing if it is a new
 * one.
 */
const current = (use: WindowUse, { length }: WindowLimit, time: bigint): WindowUse => {
  const start = (time / length) * length;
  return start === use.start ? use : { start, used: 0n };
};

/**
 * Gives the window's use with `amount` more, or undefined if that doesn't fit. An amount above a
 * whole window fits an untouched one and fills it.
 * @param time of the proven block, ms
 */
export const pass = (use: WindowUse, limit: WindowLimit, time: bigint, amount: bigint): WindowUse | undefined => {
  const { start, used } = current(use, limit, time);
  if (used > 0n && used + amount > limit.amount) return undefined;
  return { start, used: used + amount };
};
