import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { toHex } from "@pdiem/light-client/bytes";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { monotonicNow } from "../../clock.js";
import type { JournalCache } from "./journal-cache.js";
import type { JournalRecord } from "./journal-record.js";
import { scanJournal } from "./journal-scan.js";

/** All batches of the issuer that were ever seen, by hex of the anchor that each made. */
export type JournalRecords = ReadonlyMap<string, JournalRecord>;

/** The bridge's batches, read from blocks and kept in a cache. */
export interface JournalKeeper {
  /**
   * Reads the blocks up to that height which weren't read before.
   * @throws errors of `scanJournal`
   */
  readonly readTo: (height: number) => Promise<JournalRecords>;
  /** Forgets all of it: a cache of another chain, or a journal with a hole, is read again. */
  readonly startOver: () => Promise<void>;
  /** The height before the first block that is read. */
  readonly start: number;
}

export interface JournalSources {
  readonly scope: JournalScope;
  readonly parachain: SubstrateRpc;
  readonly cache: JournalCache;
  /** The bridge has no batch in any block before this one. */
  readonly firstBlock: number;
  /** Tells now and then of a long way through the blocks. */
  readonly onProgress?: (block: number, to: number) => void;
}

/** A long way through the blocks is kept, and told of, so often. */
const KEEP_MS = 5_000;

interface Known {
  readonly records: Map<string, JournalRecord>;
  scanned: number;
}

const add = ({ records }: Known, found: readonly JournalRecord[]): void => {
  for (const record of found) records.set(toHex(record.batch.anchor), record);
};

export const keepJournal = ({ scope, parachain, cache, firstBlock, onProgress }: JournalSources): JournalKeeper => {
  const start = Math.max(0, firstBlock - 1);
  let known: Known | undefined;

  const load = async (): Promise<Known> => {
    const { records, scanned } = await cache.load();
    const loaded: Known = { records: new Map(), scanned: Math.max(start, scanned) };
    add(loaded, records);
    return loaded;
  };

  const scan = async (journal: Known, height: number): Promise<void> => {
    let fresh: JournalRecord[] = [];
    let keptAt = monotonicNow();
    const keep = async (): Promise<void> => {
      await cache.add(fresh, journal.scanned);
      fresh = [];
      keptAt = monotonicNow();
    };
    const onBlocks = async (found: readonly JournalRecord[], upTo: number): Promise<void> => {
      add(journal, found);
      fresh.push(...found);
      journal.scanned = upTo;
      if (monotonicNow() - keptAt < KEEP_MS) return;
      await keep();
      onProgress?.(upTo, height);
    };
    // A node that fails on a long way has saved the next one what lies behind.
    await parachain.run((call) => scanJournal(call, scope, { after: journal.scanned, to: height }, onBlocks));
    await keep();
  };

  return {
    readTo: async (height) => {
      known ??= await load();
      if (height > known.scanned) await scan(known, height);
      return new Map(known.records);
    },
    startOver: async () => {
      known = { records: new Map(), scanned: start };
      await cache.clear();
    },
    start,
  };
};
