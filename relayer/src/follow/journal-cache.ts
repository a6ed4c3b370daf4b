import { type JournalScope, readJournalEntry } from "@pdiem/bridge/journal";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsic";
import type { Redis } from "ioredis";
import { z } from "zod";
import { type JournalRecord, scopeAfterAll } from "./journal-scan.js";

/** Batches found so far, and up to which block. Read back from the chain whenever it is lost or unusable. */
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

const stored = z.object({
  block: z.int().min(0),
  blockHash: z.string().regex(/^[0-9a-f]{64}$/),
  extrinsic: z.string().regex(/^(?:[0-9a-f]{2})+$/),
});

const NOTHING: CachedJournal = { records: [], scanned: 0 };

type Stored = z.infer<typeof stored>;

const parseStored = (text: string): Stored | undefined => stored.safeParse(JSON.parse(text)).data;

const readRecord = (scope: JournalScope, data: Stored): JournalRecord | undefined => {
  const extrinsic = fromHex(data.extrinsic);
  const entry = readJournalEntry(scope, extrinsic);
  return entry === undefined
    ? undefined
    : { block: data.block, blockHash: fromHex(data.blockHash), extrinsic, hash: extrinsicHash(extrinsic), entry };
};

const encodeRecord = ({ block, blockHash, extrinsic }: JournalRecord): string =>
  JSON.stringify({ block, blockHash: toHex(blockHash), extrinsic: toHex(extrinsic) });

/** @param prefix of the keys in Redis */
export const journalCache = (redis: Redis, prefix: string, scope: JournalScope): JournalCache => {
  const recordsKey = `${prefix}:journal`;
  const scannedKey = `${prefix}:journal-scanned`;
  return {
    load: async () => {
      const [texts, scanned] = await Promise.all([redis.hvals(recordsKey), redis.get(scannedKey)]);
      if (scanned === null || !/^[0-9]{1,10}$/.test(scanned)) return NOTHING;
      try {
        const inOrder = texts
          .map(parseStored)
          .filter((data) => data !== undefined)
          .sort((a, b) => a.block - b.block);
        const records: JournalRecord[] = [];
        let known = scope;
        for (const data of inOrder) {
          const record = readRecord(known, data);
          if (record === undefined) return NOTHING;
          known = scopeAfterAll(known, [record]);
          records.push(record);
        }
        return records.length < texts.length ? NOTHING : { records, scanned: Number(scanned) };
      } catch (error) {
        if (error instanceof SyntaxError) return NOTHING;
        throw error;
      }
    },
    add: async (records, scanned) => {
      const transaction = redis.multi();
      for (const record of records) transaction.hset(recordsKey, toHex(record.entry.anchor), encodeRecord(record));
      transaction.set(scannedKey, scanned);
      await transaction.exec();
    },
    clear: async () => {
      await redis.del(recordsKey, scannedKey);
    },
  };
};
