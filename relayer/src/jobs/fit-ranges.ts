import type { CustodyPayment } from "../chains/diem/custody-payment.js";

/**
 * The payments that one answer of a Diem node proves, by their numbers: each taken in the order given, unless it needs a
 * range of numbers too many.
 * @param mostRanges of numbers without a gap; @param most payments
 */
export const fitRanges = (
  payments: readonly CustodyPayment[],
  mostRanges: number,
  most: number,
): readonly CustodyPayment[] => {
  const chosen = new Map<bigint, CustodyPayment>();
  let ranges = 0;
  for (const payment of payments) {
    if (chosen.size >= most) break;
    const { number } = payment;
    const more = 1 - Number(chosen.has(number - 1n)) - Number(chosen.has(number + 1n));
    if (ranges + more > mostRanges) continue;
    ranges += more;
    chosen.set(number, payment);
  }
  return [...chosen.values()].sort((a, b) => (a.number < b.number ? -1 : 1));
};
