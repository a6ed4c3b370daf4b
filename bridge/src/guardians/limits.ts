import { type Codec, string, struct, u64 } from "@pdiem/light-client/codec/bcs";
import type { CurrencyConfig } from "../currency-config.js";

/** Amounts of one currency that guardians can change, in its smallest units: of a transfer, and of whole windows. */
export interface Limits {
  /** The currency's code. */
  readonly currency: string;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly mint: bigint;
  readonly release: bigint;
  readonly refund: bigint;
}

export const limits: Codec<Limits> = struct<Limits>({
  currency: string,
  minimum: u64,
  maximum: u64,
  mint: u64,
  release: u64,
  refund: u64,
});

/** A currency's limits as they are. */
export const limitsOf = ({ code, minimum, maximum, windows }: CurrencyConfig): Limits => ({
  currency: code,
  minimum,
  maximum,
  mint: windows.mint.amount,
  release: windows.release.amount,
  refund: windows.refund.amount,
});

/** The currency under other limits. How long its windows are never changes, as that would start them anew. */
export const withLimits = (currency: CurrencyConfig, { minimum, maximum, mint, release, refund }: Limits) => {
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

/** True if the limits let nothing through that the present ones don't. */
export const isNoHigher = (limits: Limits, present: Limits): boolean =>
  limits.minimum >= present.minimum &&
  limits.maximum <= present.maximum &&
  limits.mint <= present.mint &&
  limits.release <= present.release &&
  limits.refund <= present.refund;
