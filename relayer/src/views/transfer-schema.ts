/** Transfers as the API shows them, to be checked and described. */
import { z } from "zod";
import type { DepositEndView, PayoutView, TransferView, WithdrawalEndView } from "./transfer-view.js";

const stage = z.enum(["seen", "proven", "settled", "finalized"]);
const time = z.number().exactOptional();

const payout: z.ZodType<PayoutView> = z.object({
  release: z.int().min(0),
  state: z.enum(["owed", "paid", "aborted", "ended"]),
  version: z.string().exactOptional(),
  waitingFor: z.string().exactOptional(),
});

const common = {
  id: z.string(),
  stage,
  /** When each stage was reached, ms since 1970. */
  at: z.object({ seen: time, proven: time, settled: time, finalized: time }).exactOptional(),
  waitingFor: z.string().exactOptional(),
  payout: payout.exactOptional(),
};

const place = { batch: z.string(), block: z.int().min(0) };

const depositEnd: z.ZodType<DepositEndView> = z.discriminatedUnion("outcome", [
  z.object({
    ...place,
    outcome: z.literal("minted"),
    account: z.string().exactOptional(),
    amount: z.string().exactOptional(),
    asset: z.int().exactOptional(),
  }),
  z.object({ ...place, outcome: z.literal("refunded"), release: z.int().min(0), amount: z.string() }),
  z.object({ ...place, outcome: z.literal("kept") }),
]);

const withdrawalEnd: z.ZodType<WithdrawalEndView> = z.discriminatedUnion("outcome", [
  z.object({ ...place, outcome: z.literal("paid"), release: z.int().min(0), amount: z.string() }),
  z.object({ ...place, outcome: z.literal("given-back"), to: z.string(), amount: z.string() }),
]);

/** Bytes are hex without prefix, amounts decimal strings in smallest units. */
export const transferView: z.ZodType<TransferView> = z.discriminatedUnion("kind", [
  z.object({
    ...common,
    kind: z.literal("deposit"),
    payment: z
      .object({
        version: z.string(),
        currency: z.string(),
        amount: z.string(),
        sender: z.string(),
        metadata: z.string(),
      })
      .exactOptional(),
    result: depositEnd.exactOptional(),
  }),
  z.object({
    ...common,
    kind: z.literal("withdrawal"),
    withdrawal: z.object({
      account: z.string(),
      currency: z.string(),
      amount: z.string(),
      payee: z.string(),
      subaddress: z.string().exactOptional(),
      refundAccount: z.string(),
    }),
    result: withdrawalEnd.exactOptional(),
  }),
]);

/** A page of transfers. */
export const transfersView = z.object({
  transfers: z.array(transferView),
  /** How many haven't ended, whatever was asked for. */
  open: z.int().min(0),
  /** Cursor of the next page. A page of a search may be short, or empty, and still name one. */
  next: z.string().exactOptional(),
});

export type TransfersView = z.output<typeof transfersView>;
