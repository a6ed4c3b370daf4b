import { toHex } from "@pdiem/light-client/bytes";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type ToldRecord, tellRecord, toldRecord } from "../sync/journal/journal-record.js";
import { parseRequest } from "./parse-request.js";

/** A page has a batch at least. */
const PAGE_HEX = 4_000_000;
const PAGE_RECORDS = 200;

export const journalPage = z.object({
  /** Up to there the relayer has read the parachain's blocks. */
  block: z.int().min(0),
  records: z.array(toldRecord).max(PAGE_RECORDS),
  /** Where the next page begins; left out on the last one. */
  next: z.int().min(1).optional(),
});

export type JournalPage = z.output<typeof journalPage>;

const query = z.object({ from: z.coerce.number().int().min(0).default(0) });

/** What is told, and the block that a relayer has it from. */
export interface ToldJournal {
  readonly block: number;
  readonly current: Pick<CurrentLedger, "history" | "records">;
}

const pageFrom = ({ block, current: { history, records } }: ToldJournal, from: number): JournalPage => {
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
  return { block, records: told, ...(told.length > 0 && next < history.batches.length ? { next } : {}) };
};

/**
 * `GET /api/journal`: the batches that led to the ledger in force, from the given one on; genesis is 0. It is data, not proof: whoever proves an
 * anchor to be in force can tell whether they lead to it.
 */
export const journalRoutes = (app: FastifyInstance, journal: () => ToldJournal): void => {
  app.get("/api/journal", async (request) => {
    const { from } = parseRequest(query, request.query);
    return pageFrom(journal(), from);
  });
};
