/**
 * Batches as caches and APIs tell them: the signed extrinsic, and where it was found. What it did
 * follows from it.
 */
import { type JournalBatch, type JournalScope, readJournalBatch } from "@pdiem/bridge-client/journal/journal-batch";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { z } from "zod";

/** A batch where it was found. */
export interface JournalRecord {
  readonly block: number;
  readonly blockHash: Uint8Array;
  /** blake2b-256 of the extrinsic, as the chain names it. */
  readonly hash: Uint8Array;
  readonly batch: JournalBatch;
}

/** Hex without `0x`; a batch has half a block at most. */
export const toldRecord = z.object({
  block: z.int().min(0),
  blockHash: z.string().regex(/^[0-9a-f]{64}$/),
  extrinsic: z
    .string()
    .max(16 * 1024 * 1024)
    .regex(/^(?:[0-9a-f]{2})+$/),
});
export type ToldRecord = z.output<typeof toldRecord>;

/** Writes a record as `readRecords` reads it. */
export const tellRecord = ({ block, blockHash, batch }: JournalRecord): ToldRecord => ({
  block,
  blockHash: toHex(blockHash),
  extrinsic: toHex(batch.extrinsic),
});

/** Reads one extrinsic of a block; undefined for anything but a batch of the bridge's issuer. */
export const readRecord = (
  scope: JournalScope,
  at: Pick<JournalRecord, "block" | "blockHash">,
  extrinsic: Uint8Array,
): JournalRecord | undefined => {
  const batch = readJournalBatch(scope, extrinsic);
  return batch === undefined ? undefined : { ...at, hash: extrinsicHash(extrinsic), batch };
};

/**
 * Reads told records; undefined where one isn't a batch of the bridge's issuer: then none is
 * believed.
 */
export const readRecords = (scope: JournalScope, told: readonly ToldRecord[]): readonly JournalRecord[] | undefined => {
  const records = told.flatMap(
    ({ block, blockHash, extrinsic }) =>
      readRecord(scope, { block, blockHash: fromHex(blockHash) }, fromHex(extrinsic)) ?? [],
  );
  return records.length === told.length ? records : undefined;
};
