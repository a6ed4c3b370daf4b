import { type Fee, feeOf } from "../config/fee.js";

/**
 * Computes an amount to judge a batch's worth by. It is at least the minimum exactly where the
 * amount before its fee was. So what began as a transfer of the minimum can end by itself, whatever
 * the fee has left of it.
 * @param net what the fee has left of a transfer
 */
export const worthBefore = (fee: Fee, { minimum }: { readonly minimum: bigint }, net: bigint): bigint =>
  net + feeOf(fee, minimum);
