import { z } from "zod";

/** Preimages in a page. */
export const PAGE_PREIMAGES = 1_000;

const LONGEST = 200;

/** A page of the withdrawal accounts that a relayer was told, in the order in which it was. */
export const preimagePage = z.object({
  /** Names the process that tells: in another one's list they stand in another order. */
  session: z.string().max(LONGEST),
  /** BCS in hex. */
  preimages: z.array(z.string().max(LONGEST)).max(PAGE_PREIMAGES),
  /** Where the next page begins; absent on the last. */
  next: z.int().min(0).exactOptional(),
});

export type PreimagePage = z.output<typeof preimagePage>;
