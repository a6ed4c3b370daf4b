import { type Codec, string, struct, u32, u64, u128 } from "@pdiem/light-client/codec/bcs";
import { decimal, integer, type Json, record, text } from "./json.js";

/** At most `amount` of a currency's smallest units in each window of `length` ms. */
export interface WindowLimit {
  readonly length: bigint;
  readonly amount: bigint;
}

/** A bridged currency. All amounts are in its smallest units, which are also the asset's. */
export interface CurrencyConfig {
  /** Diem's code: type, module and struct under 0x1. */
  readonly code: string;
  /** The wrapped asset on the parachain. */
  readonly assetId: number;
  /** The asset's own least balance; genesis proves that the chain agrees. */
  readonly minBalance: bigint;
  /** Least and largest amount of one transfer, fees included. */
  readonly minimum: bigint;
  readonly maximum: bigint;
  /** What a deposit, a withdrawal and a refund cost, each a fixed amount. */
  readonly fees: { readonly deposit: bigint; readonly withdrawal: bigint; readonly refund: bigint };
  /** What may be minted, released for withdrawals, and refunded in a window. */
  readonly windows: { readonly mint: WindowLimit; readonly release: WindowLimit; readonly refund: WindowLimit };
}

const windowLimit: Codec<WindowLimit> = struct<WindowLimit>({ length: u64, amount: u64 });

export const currencyConfig: Codec<CurrencyConfig> = struct<CurrencyConfig>({
  code: string,
  assetId: u32,
  minBalance: u128,
  minimum: u64,
  maximum: u64,
  fees: struct<CurrencyConfig["fees"]>({ deposit: u64, withdrawal: u64, refund: u64 }),
  windows: struct<CurrencyConfig["windows"]>({ mint: windowLimit, release: windowLimit, refund: windowLimit }),
});

const amount = decimal(64);
const windowLimitJson: Json<WindowLimit> = record<WindowLimit>({ length: amount, amount });

export const currencyConfigJson: Json<CurrencyConfig> = record<CurrencyConfig>({
  code: text(32, /^[A-Z][A-Z0-9]*$/),
  assetId: integer(0xffff_ffff),
  minBalance: decimal(128),
  minimum: amount,
  maximum: amount,
  fees: record<CurrencyConfig["fees"]>({ deposit: amount, withdrawal: amount, refund: amount }),
  windows: record<CurrencyConfig["windows"]>({
    mint: windowLimitJson,
    release: windowLimitJson,
    refund: windowLimitJson,
  }),
});
