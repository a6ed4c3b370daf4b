import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { toHex } from "@pdiem/light-client/bytes";
import type { Redis } from "ioredis";
import { type JournalRecord, readRecords, type ToldRecord, tellRecord, toldRecord } from "./journal-record.js";

/**
 * Batches found so far, and up to which block. Read back from the chain whenever it is lost or
 * unusable.
 */
export interface JournalCache {
  readonly load: () => Promise<CachedJournal>;
  /** Adds records of the blocks up to `scanned`. Several relayers may add the same ones. */
  readonly add: (records: readonly JournalRecord[], scanned: number) => Promise<void>;
  readonly clear: () => Promise<void>;
}

export interface CachedJournal {
  readonly records: readonly JournalRecord[];
  readonly scanned: number;
}

export const EMPTY_JOURNAL: CachedJournal = { records: [], scanned: 0 };

/** Undefined where one of them can't be read. */
const parseTold = (texts: readonly string[]): readonly ToldRecord[] | undefined => {
  try {
    return toldRecord.array().safeParse(texts.map((text): unknown => JSON.parse(text))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** @param prefix of the keys in Redis */
export const journalCache = (redis: Redis, prefix: string, scope: JournalScope): JournalCache => {
  const recordsKey = `${prefix}:journal`;
  const scannedKey = `${prefix}:journal-scanned`;
  return {
    load: async () => {
      const [texts, scanned] = await Promise.all([redis.hvals(recordsKey), redis.get(scannedKey)]);
      if (scanned === null || !/^[0-9]{1,10}$/.test(scanned)) return EMPTY_JOURNAL;
      const records = readRecords(scope, parseTold(texts) ?? []);
      return records === undefined || records.length < texts.length
        ? EMPTY_JOURNAL
        : { records, scanned: Number(scanned) };
    },
    add: async (records, scanned) => {
      const transaction = redis.multi();
      for (const record of records)
        transaction.hset(recordsKey, toHex(record.batch.anchor), JSON.stringify(tellRecord(record)));
      transaction.set(scannedKey, scanned);
      await transaction.exec();
    },
    clear: async () => {
      await redis.del(recordsKey, scannedKey);
    },
  };
};
