/**
 * Short windows: what guardians decide waits for the time in which the whole supply can leave,
 * counted in windows.
 */
import type { CurrencyJson } from "@pdiem/devnet/local-bridge/bridge-defaults";

/** The same currencies with windows of so many ms. */
export const withWindowLength = (currencies: readonly CurrencyJson[], ms: number | bigint): readonly CurrencyJson[] =>
  currencies.map((currency) => {
    const { mint, release, refund } = currency.windows;
    const length = String(ms);
    return {
      ...currency,
      windows: { mint: { ...mint, length }, release: { ...release, length }, refund: { ...refund, length } },
    };
  });
