/** Fees of PROTOCOL 3, 'Windows': a fixed part and millionths of the amount. */
import { type Decoded, struct, u32, u64 } from "@pdiem/light-client/codec/bcs";

export const fee = struct({
  /** In the currency's smallest units. */
  fixed: u64,
  /** Share of the amount, below one million. */
  millionths: u32,
});
export type Fee = Decoded<typeof fee>;

const MILLION = 1_000_000n;

/** Computes what a transfer of `amount` costs, rounded up to a whole unit. */
export const feeOf = ({ fixed, millionths }: Fee, amount: bigint): bigint =>
  fixed + (amount * BigInt(millionths) + MILLION - 1n) / MILLION;
