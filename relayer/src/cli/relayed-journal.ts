import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { isPdiemError } from "@pdiem/light-client/error";
import { EMPTY_JOURNAL, type JournalCache } from "../sync/journal/journal-cache.js";
import { readRecords, type ToldRecord } from "../sync/journal/journal-record.js";
import { type JournalPage, journalPage } from "../views/journal-page.js";
import { askRelayer } from "./api-client.js";

/** A relayer that tells of more wants to be listened to for ever. */
const MOST_HEX = 400_000_000;
const MOST_PAGES = 10_000;

interface Told {
  readonly records: readonly ToldRecord[];
  readonly block: number;
}

/** Asks for all pages of what a relayer tells, whatever it is. @throws what `askRelayer` throws */
const ask = async (base: string): Promise<Told> => {
  const told: ToldRecord[] = [];
  let room = MOST_HEX;
  let readTo: number | undefined;
  for (let page = 0, from: number | undefined = 0; from !== undefined && room > 0 && page < MOST_PAGES; page++) {
    const { block, records, next }: JournalPage = await askRelayer(base, `/api/v1/journal?from=${from}`, journalPage);
    // Batches may come between two pages.
    readTo ??= block;
    told.push(...records);
    for (const { extrinsic } of records) room -= extrinsic.length;
    from = records.length > 0 && next === told.length ? next : undefined;
  }
  return { records: told, block: readTo ?? 0 };
};

/**
 * Makes a cache of the bridge's journal as a relayer tells it, for one run of a command. It is
 * unproven, as any journal is. What has come since is read from the blocks. All of it is read there
 * where no relayer answers. So it is where what a relayer tells doesn't lead to the ledger in
 * force.
 * @param tell told why, in that case
 */
export const relayedJournal = (base: string, scope: JournalScope, tell: (text: string) => void): JournalCache => ({
  load: async () => {
    try {
      const told = await ask(base);
      const records = readRecords(scope, told.records);
      if (records !== undefined) return { records, scanned: told.block };
      tell(`${base} tells of other batches than this bridge's: reading the parachain's blocks`);
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      tell(`no relayer tells the bridge's history, reading the parachain's blocks: ${error.message}`);
    }
    return EMPTY_JOURNAL;
  },
  add: () => Promise.resolve(),
  clear: () => Promise.resolve(),
});
