import { z } from "zod";

/**
 * What was taken up and hasn't ended: it may still change, so it waits. Amounts are decimal
 * strings.
 */
export const waitingView = z.object({
  /** Why nothing at all moves, where something holds everything up. */
  standstill: z.string().optional(),
  /** How many leaves wait; the oldest ones are listed. */
  count: z.int(),
  waiting: z.array(
    z.object({
      /** Index of the leaf in the ledger's list. */
      index: z.int(),
      kind: z.enum(["deposit", "release"]),
      /** Id of the deposit or withdrawal that it is part of. */
      transfer: z.string().optional(),
      /** Index of the release, where it is one. */
      release: z.int().optional(),
      currency: z.string().optional(),
      amount: z.string().optional(),
      waitingFor: z.string(),
    }),
  ),
  /** Cursor of the next page; absent on the last. */
  next: z.string().optional(),
});

export type WaitingView = z.output<typeof waitingView>;
