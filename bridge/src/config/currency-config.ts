/** A bridged currency. All amounts are in its smallest units, which are also the asset's. */
import { type Decoded, string, struct, u32, u64, u128 } from "@pdiem/light-client/codec/bcs";
import { fee } from "./fee.js";

/** At most `amount` passes in each window of `length` ms. */
export const windowLimit = struct({ length: u64, amount: u64 });
export type WindowLimit = Decoded<typeof windowLimit>;

export const currencyConfig = struct({
  /** Diem's code: type, module and struct under 0x1. */
  code: string,
  /** The wrapped asset on the parachain. */
  assetId: u32,
  /** The asset's own least balance; genesis proves that the chain agrees. */
  minBalance: u128,
  /** Least and largest amount of one transfer, fees included. */
  minimum: u64,
  maximum: u64,
  fees: struct({ deposit: fee, withdrawal: fee, refund: fee }),
  /** What may be minted, released for withdrawals, and refunded in a window. */
  windows: struct({ mint: windowLimit, release: windowLimit, refund: windowLimit }),
});
export type CurrencyConfig = Decoded<typeof currencyConfig>;
