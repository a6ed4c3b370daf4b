/**
 * What guardians can change of the configuration's limits (PROTOCOL 6). Window lengths never
 * change.
 */
import { type Decoded, string, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { type BridgeConfig, batchLimits, MAX_CURRENCIES } from "../config/bridge-config.js";
import type { CurrencyConfig } from "../config/currency-config.js";

/** Amounts of one currency's whole windows, in its smallest units. */
export const windowAmounts = struct({ currency: string, mint: u64, release: u64, refund: u64 });
export type WindowAmounts = Decoded<typeof windowAmounts>;

/** Least and largest amount of one transfer of a currency. */
export const transferBounds = struct({ currency: string, minimum: u64, maximum: u64 });
export type TransferBounds = Decoded<typeof transferBounds>;

/** Limits of one currency, as the governance state holds them. */
export const currencyLimits = struct({ minimum: u64, maximum: u64, mint: u64, release: u64, refund: u64 });
export type CurrencyLimits = Decoded<typeof currencyLimits>;

export const limits = struct({
  batch: batchLimits,
  /** In the order of the configuration. */
  currencies: vector(currencyLimits, MAX_CURRENCIES),
});
export type Limits = Decoded<typeof limits>;

const limitsOfCurrency = ({ minimum, maximum, windows }: CurrencyConfig): CurrencyLimits => ({
  minimum,
  maximum,
  mint: windows.mint.amount,
  release: windows.release.amount,
  refund: windows.refund.amount,
});

/** Reads the limits that a configuration starts with. */
export const limitsOf = ({ batch, currencies }: BridgeConfig): Limits => ({
  batch,
  currencies: currencies.map(limitsOfCurrency),
});

const limited = (currency: CurrencyConfig, { minimum, maximum, mint, release, refund }: CurrencyLimits) => {
  const { windows } = currency;
  return {
    ...currency,
    minimum,
    maximum,
    windows: {
      mint: { ...windows.mint, amount: mint },
      release: { ...windows.release, amount: release },
      refund: { ...windows.refund, amount: refund },
    },
  } satisfies CurrencyConfig;
};

/** Puts limits into a configuration. Its hash isn't the bridge's id any more. */
export const underLimits = (config: BridgeConfig, { batch, currencies }: Limits): BridgeConfig => ({
  ...config,
  batch,
  currencies: config.currencies.map((currency, i) => {
    const own = currencies[i];
    return own === undefined ? currency : limited(currency, own);
  }),
});
