/** Answers of the relayer that pages show, as the API has them. */
import { z } from "zod";

const times = z.record(z.string(), z.number());
const place = {
  block: z.number(),
  hash: z.string().optional(),
  batch: z.string().optional(),
  extrinsic: z.number().optional(),
};

const payout = z.object({
  release: z.number(),
  state: z.enum(["owed", "paid", "aborted", "ended"]),
  version: z.string().optional(),
  waitingFor: z.string().optional(),
});

const common = {
  id: z.string(),
  stage: z.enum(["seen", "proven", "settled", "finalized"]),
  at: times.optional(),
  waitingFor: z.string().optional(),
  payout: payout.optional(),
};

const result = z.object({
  ...place,
  outcome: z.enum(["minted", "refunded", "kept", "paid", "given-back"]),
  amount: z.string().optional(),
  account: z.string().optional(),
  to: z.string().optional(),
  release: z.number().optional(),
});

export const transfer = z.discriminatedUnion("kind", [
  z.object({
    ...common,
    kind: z.literal("deposit"),
    payment: z
      .object({
        version: z.string(),
        currency: z.string(),
        amount: z.string(),
        sender: z.string(),
        metadata: z.string().optional(),
      })
      .optional(),
    result: result.optional(),
  }),
  z.object({
    ...common,
    kind: z.literal("withdrawal"),
    withdrawal: z.object({
      account: z.string(),
      currency: z.string(),
      amount: z.string(),
      payee: z.string(),
      refundAccount: z.string(),
    }),
    result: result.optional(),
  }),
]);

export type Transfer = z.output<typeof transfer>;

export const transfers = z.object({ transfers: z.array(transfer), open: z.number() });
