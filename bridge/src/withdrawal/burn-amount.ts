/** How much of a withdrawal account's balance one batch burns (PROTOCOL 3, 'Withdrawals'). */
import type { Fee } from "../config/fee.js";

const MILLION = 1_000_000n;

/** Computes the greatest amount that its fee leaves at most `net` of: the inverse of `feeOf`. */
export const greatestBefore = ({ fixed, millionths }: Fee, net: bigint): bigint =>
  ((net + fixed + 1n) * MILLION - 1n) / (MILLION - BigInt(millionths));

/**
 * Computes the greatest amount from the minimum to balance and maximum that leaves nothing or at
 * least the minimum. So no residue is ever too small to be withdrawn, or clamped away. Undefined
 * where there is no such amount.
 */
export const amountToBurn = (
  balance: bigint,
  { minimum, maximum }: { readonly minimum: bigint; readonly maximum: bigint },
): bigint | undefined => {
  if (balance <= maximum) return balance >= minimum ? balance : undefined;
  const mostLeaving = balance - minimum;
  const amount = mostLeaving < maximum ? mostLeaving : maximum;
  return amount >= minimum ? amount : undefined;
};
