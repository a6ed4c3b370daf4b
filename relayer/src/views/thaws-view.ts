import { z } from "zod";

/** Accounts that somebody asked to be thawed. */
export const thawsView = z.object({
  /** Whether guardians have an amnesty on: only then are accounts thawed. */
  amnesty: z.boolean(),
  waiting: z.array(z.object({ currency: z.string(), account: z.string() })),
});

export type ThawsView = z.output<typeof thawsView>;
