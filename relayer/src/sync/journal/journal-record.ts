/** Batches as caches and APIs tell them: the signed extrinsic, and where it was found. What it did follows from it. */
import { type JournalEntry, type JournalScope, readJournalEntry, scopeAfter } from "@pdiem/bridge-client/journal/journal";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { z } from "zod";

/** A batch where it was found. */
export interface JournalRecord {
  readonly block: number;
  readonly blockHash: Uint8Array;
  /** With its length in front; and its hash. */
  readonly extrinsic: Uint8Array;
  readonly hash: Uint8Array;
  readonly entry: JournalEntry;
}

/** Hex without `0x`. */
export const toldRecord = z.object({
  block: z.int().min(0),
  blockHash: z.string().regex(/^[0-9a-f]{64}$/),
  extrinsic: z.string().regex(/^(?:[0-9a-f]{2})+$/),
});

export type ToldRecord = z.output<typeof toldRecord>;

export const tellRecord = ({ block, blockHash, extrinsic }: JournalRecord): ToldRecord => ({
  block,
  blockHash: toHex(blockHash),
  extrinsic: toHex(extrinsic),
});

/** Undefined for anything but a batch of the bridge's issuer. */
export const readRecord = (
  scope: JournalScope,
  at: Pick<JournalRecord, "block" | "blockHash" | "extrinsic">,
): JournalRecord | undefined => {
  const entry = readJournalEntry(scope, at.extrinsic);
  return entry === undefined ? undefined : { ...at, hash: extrinsicHash(at.extrinsic), entry };
};

/** The scope for the blocks after these batches. @param records in any order */
export const scopeAfterAll = (scope: JournalScope, records: readonly JournalRecord[]): JournalScope =>
  records.reduce((before, { entry }) => scopeAfter(before, entry), scope);

/** Undefined where one of them isn't a batch of the bridge's issuer: then none is believed. @param told in any order */
export const readRecords = (scope: JournalScope, told: readonly ToldRecord[]): readonly JournalRecord[] | undefined => {
  const records: JournalRecord[] = [];
  let known = scope;
  for (const { block, blockHash, extrinsic } of told.toSorted((a, b) => a.block - b.block)) {
    const record = readRecord(known, { block, blockHash: fromHex(blockHash), extrinsic: fromHex(extrinsic) });
    if (record === undefined) return undefined;
    known = scopeAfterAll(known, [record]);
    records.push(record);
  }
  return records;
};
