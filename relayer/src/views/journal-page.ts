import { z } from "zod";
import { toldRecord } from "../sync/journal/journal-record.js";

/** The most batches of one page. */
export const PAGE_RECORDS = 200;

/** A part of the bridge's journal: batches as they stand in blocks, the oldest first. */
export const journalPage = z.object({
  /** Up to there the relayer has read the parachain's blocks. */
  block: z.int().min(0),
  records: z.array(toldRecord).max(PAGE_RECORDS),
  /** Where the next page begins; left out on the last one. */
  next: z.int().min(1).optional(),
});

export type JournalPage = z.output<typeof journalPage>;
