/** Transfers as a relayer's API tells them, read by a command. */
import { z } from "zod";

const time = z.number();

const place = { batch: z.string(), block: z.int() };

/** Whatever else it tells is kept as it is. */
export const toldTransfer = z.looseObject({
  id: z.string().max(200),
  kind: z.enum(["deposit", "withdrawal"]),
  stage: z.enum(["seen", "proven", "settled", "finalized"]),
  at: z
    .looseObject({
      seen: time.optional(),
      proven: time.optional(),
      settled: time.optional(),
      finalized: time.optional(),
    })
    .optional(),
  waitingFor: z.string().optional(),
  payment: z
    .looseObject({
      version: z.string(),
      currency: z.string(),
      amount: z.string(),
      sender: z.string(),
      metadata: z.string(),
    })
    .optional(),
  withdrawal: z
    .looseObject({
      account: z.string(),
      currency: z.string(),
      amount: z.string(),
      payee: z.string(),
      subaddress: z.string().optional(),
      refundAccount: z.string(),
    })
    .optional(),
  payout: z
    .looseObject({
      release: z.int(),
      state: z.enum(["owed", "paid", "aborted", "ended"]),
      version: z.string().optional(),
      waitingFor: z.string().optional(),
    })
    .optional(),
  result: z
    .looseObject({
      outcome: z.string(),
      ...place,
      account: z.string().optional(),
      to: z.string().optional(),
      amount: z.string().optional(),
      release: z.int().optional(),
    })
    .optional(),
});
export type ToldTransfer = z.output<typeof toldTransfer>;

/** Tells whether nothing more will happen to it: a refund is paid, too. */
export const isDone = ({ result, payout }: ToldTransfer): boolean =>
  result !== undefined && (payout === undefined || payout.state === "paid" || payout.state === "ended");
