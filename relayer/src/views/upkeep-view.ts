import { z } from "zod";

/** What became of a page of transfers whose jobs are looked after. */
export const upkeepView = z.object({
  /**
   * Transfers whose jobs were `made`, or would be in a dry run. A job is `busy` while it is worked
   * on; `unknown` are those of which the chains say nothing.
   */
  done: z.array(z.object({ id: z.string(), outcome: z.enum(["made", "there", "busy", "unknown"]) })),
  /** How many were looked at. */
  looked: z.int(),
  /** Where the next page begins; absent on the last. */
  next: z.int().optional(),
  /** How many there are in all. */
  total: z.int(),
});
export type UpkeepView = z.output<typeof upkeepView>;
