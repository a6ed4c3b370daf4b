/**
 * `0x1::Diem::CurrencyInfo`, at `0xA550C18`. Source:
 * types/src/account_config/resources/currency_info.rs.
 */
import { bool, string, struct, u64, u128 } from "../../../codec/bcs.js";
import { currencyType } from "../../transactions/type-tag.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";
import { type EventHandle, eventHandle } from "../event.js";

export interface CurrencyInfo {
  /** Smallest units in circulation. */
  readonly totalValue: bigint;
  readonly preburnValue: bigint;
  /** Fixed point: the rate times 2^32. */
  readonly toXdxExchangeRate: bigint;
  readonly isSynthetic: boolean;
  /** Smallest units of one whole. */
  readonly scalingFactor: bigint;
  readonly fractionalPart: bigint;
  readonly currencyCode: string;
  readonly canMint: boolean;
  readonly mintEvents: EventHandle;
  readonly burnEvents: EventHandle;
  readonly preburnEvents: EventHandle;
  readonly cancelBurnEvents: EventHandle;
  readonly exchangeRateUpdateEvents: EventHandle;
}

const layout = struct<CurrencyInfo>({
  totalValue: u128,
  preburnValue: u64,
  toXdxExchangeRate: u64,
  isSynthetic: bool,
  scalingFactor: u64,
  fractionalPart: u64,
  currencyCode: string,
  canMint: bool,
  mintEvents: eventHandle,
  burnEvents: eventHandle,
  preburnEvents: eventHandle,
  cancelBurnEvents: eventHandle,
  exchangeRateUpdateEvents: eventHandle,
});

export const currencyInfo = (code: string): Resource<CurrencyInfo> =>
  coreResource("Diem", "CurrencyInfo", layout, [currencyType(code)]);

export const readCurrencyInfo = (state: AccountState, code: string): CurrencyInfo | undefined =>
  readResource(state, currencyInfo(code));

/** Computes what an amount is worth in micro XDX, rounded down as the chain does. */
export const approximateXdxValue = (info: CurrencyInfo, amount: bigint): bigint =>
  (amount * info.toXdxExchangeRate) >> 32n;

const U64_MAX = (1n << 64n) - 1n;

/**
 * Finds the largest amount that `approximateXdxValue` finds below `microXdx`; 0 where there is
 * none.
 */
export const largestAmountBelow = ({ toXdxExchangeRate: rate }: CurrencyInfo, microXdx: bigint): bigint => {
  if (microXdx === 0n) return 0n;
  return rate === 0n ? U64_MAX : ((microXdx << 32n) - 1n) / rate;
};
