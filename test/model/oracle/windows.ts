/** What passes in a window, counted anew from what executed. */

import type { DiemState } from "../chains/diem.js";
import type { SignedSettlement } from "../enclave/signed.js";
import { currencies } from "../setting.js";
import { demand } from "../violation.js";
import type { Governed } from "./governance.js";

/** By kind, currency and start: what passed. */
export type Windows = Map<string, bigint>;

type Kind = "mint" | "release" | "refund";

/**
 * Counts what a settlement lets pass, each item by itself: an amount above a window fits an
 * untouched one.
 */
export const passWindows = (
  windows: Windows,
  governed: Governed,
  diem: DiemState,
  { batch, basis }: SignedSettlement,
): void => {
  const passed = (kind: Kind, code: string, amount: bigint): void => {
    const at = currencies.findIndex((currency) => currency.code === code);
    const length = currencies[at]?.windows[kind].length ?? 1n;
    const name = `${kind}/${code}/${(basis.parachain.time / length) * length}`;
    const used = windows.get(name) ?? 0n;
    const limit = governed.rules[at]?.window ?? 0n;
    demand(used === 0n || used + amount <= limit, () => `${name}: ${used} + ${amount} passed, not ${limit}`);
    windows.set(name, used + amount);
  };
  const deposits = [...batch.waiting.flatMap((one) => (one.type === "deposit" ? [one.result] : [])), ...batch.deposits];
  for (const { leaf: _, type, result } of batch.waiting)
    if (type === "release" && result.type === "given-back") {
      const release = basis.known.releases[Number(result.index)];
      if (release !== undefined) passed("mint", release.currency, release.amount);
    }
  for (const { type, number } of deposits) {
    const payment = diem.received[Number(number)];
    if (payment === undefined) continue;
    if (type === "minted") passed("mint", payment.currency, payment.amount);
    if (type === "refunded") passed("refund", payment.currency, payment.amount);
  }
  for (const result of batch.withdrawals)
    if (result.type === "released") passed("release", result.currency, result.burned);
};
