import type { JournalEntry } from "@pdiem/bridge/ledger/journal-entry";
import type { History } from "@pdiem/bridge-client/journal/history";
import { toHex } from "@pdiem/light-client/bytes";
import type { CurrentLedger } from "../bridge/bridge-view.js";

/** A batch that took effect, with the ledger that it started from and where it stands. */
export interface AppliedBatch {
  readonly entry: JournalEntry;
  /** Undefined for genesis. */
  readonly before: JournalEntry | undefined;
  readonly where: BatchPlace;
}

export interface BatchPlace {
  /** Hash of the extrinsic, hex. */
  readonly batch: string;
  readonly block: number;
}

type Told = Pick<CurrentLedger, "records"> & { readonly history: Pick<History, "batches"> };

/** Makes a function that gives each batch once, the oldest first, as the ledger moves on. */
export const newBatches = (): ((current: Told) => readonly AppliedBatch[]) => {
  let taken = 0;
  return ({ history: { batches }, records }) => {
    const from = taken;
    taken = batches.length;
    return batches.slice(from).flatMap(({ anchor, entry }, i) => {
      const record = records.get(toHex(anchor));
      if (record === undefined) return [];
      const where = { batch: toHex(record.hash), block: record.block };
      return [{ entry, before: batches[from + i - 1]?.entry, where }];
    });
  };
};
