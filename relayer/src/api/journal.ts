import { toHex } from "@pdiem/light-client/bytes";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type ToldRecord, tellRecord } from "../sync/journal/journal-record.js";
import { type JournalPage, journalPage, PAGE_RECORDS } from "../views/journal-page.js";
import { type AtWork, currentOf, type Followed, viewOf } from "./at-work.js";
import { get } from "./route.js";

/** A page has a batch at least. */
const PAGE_HEX = 4_000_000;

const query = z.strictObject({ from: z.coerce.number().int().min(0).default(0) });

const pageFrom = (parts: Followed, from: number): JournalPage => {
  const { history, records } = currentOf(parts);
  const told: ToldRecord[] = [];
  let room = PAGE_HEX;
  for (const { anchor } of history.batches.slice(from, from + PAGE_RECORDS)) {
    const record = records.get(toHex(anchor));
    if (record === undefined) break;
    const one = tellRecord(record);
    room -= one.extrinsic.length;
    if (told.length > 0 && room < 0) break;
    told.push(one);
  }
  const next = from + told.length;
  const isMore = told.length > 0 && next < history.batches.length;
  return { block: viewOf(parts).block.number, records: told, ...(isMore ? { next } : {}) };
};

/**
 * Serves the journal. `GET /journal?from=` gives the batches that led to the ledger in force as
 * they stand in blocks. It begins with that one; genesis is 0. It is data, not proof: whoever
 * proves an anchor to be in force can tell whether they lead to it.
 */
export const journalRoutes = (app: FastifyInstance, work: AtWork<Followed>): void => {
  get(
    app,
    "/journal",
    {
      summary: "Lists the batches that led to the ledger in force",
      description:
        "A list that only grows: a page begins at the place `from`, genesis is 0. Data, which the anchor proves.",
      tag: "proofs",
      query,
      answers: { 200: journalPage },
    },
    ({ query: { from } }) => pageFrom(work(), from),
  );
};
