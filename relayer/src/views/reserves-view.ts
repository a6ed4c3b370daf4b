import { z } from "zod";
import { timeOfDay } from "../clock.js";
import type { ProvenReserves } from "../simulate/prove-reserves.js";

/** Custody's balance against all that is owed. Amounts are decimal strings in smallest units. */
export const reservesView = z.object({
  isCovered: z.boolean(),
  block: z.int(),
  diemVersion: z.string(),
  /** ISO 8601, by the prover's clock. */
  provenAt: z.string(),
  currencies: z.array(
    z.object({
      currency: z.string(),
      custody: z.string(),
      /** What custody has paid since the ledger folded its payments. */
      paidSince: z.string(),
      supply: z.string(),
      owed: z.string(),
      fees: z.string(),
      surplus: z.string(),
      isCovered: z.boolean(),
    }),
  ),
});

export type ReservesView = z.output<typeof reservesView>;

export const viewReserves = ({ reserves, block, diemVersion, at }: ProvenReserves): ReservesView => ({
  isCovered: reserves.every(({ isCovered }) => isCovered),
  block,
  diemVersion: diemVersion.toString(),
  provenAt: new Date(timeOfDay(at)).toISOString(),
  currencies: reserves.map(({ currency, custody, paidSince, supply, owed, fees, surplus, isCovered }) => ({
    currency,
    custody: custody.toString(),
    paidSince: paidSince.toString(),
    supply: supply.toString(),
    owed: owed.toString(),
    fees: fees.toString(),
    surplus: surplus.toString(),
    isCovered,
  })),
});
