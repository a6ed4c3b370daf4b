/** When things happened by the chains' own clocks, as nodes tell: nothing rests on it. */
import { isPdiemError } from "@pdiem/light-client/error";
import { timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readTimestamp } from "@pdiem/light-client/polkadot/trie/storage-value";
import { type JsonRpcCall, MAX_BATCH, resultOf } from "../../chains/diem/json-rpc.js";
import { getMetadata, type MetadataView } from "../../chains/diem/views.js";
import { storageOf } from "../../chains/parachain/substrate-node.js";
import type { Clients } from "../../sync/clients.js";
import type { JournalRecord } from "../../sync/journal/journal-record.js";

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

const pieces = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

/** No node may be able to tell: old states are thrown away. */
const orNothing = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Asks when versions of Diem's ledger were made, ms since 1970; left out where no node tells. */
export const versionTimes = async (
  { diem }: Pick<Clients, "diem">,
  versions: readonly bigint[],
): Promise<ReadonlyMap<bigint, number>> => {
  const times = new Map<bigint, number>();
  for (const some of pieces(distinct(versions), MAX_BATCH)) {
    const calls: readonly JsonRpcCall<MetadataView>[] = some.map((version) => getMetadata(version));
    const answers = await orNothing(diem.run(async (node) => (await node.batch(calls)).answers.map(resultOf)));
    some.forEach((version, i) => {
      const answer = answers?.[i];
      if (answer !== undefined) times.set(version, Number(answer.timestamp / 1000n));
    });
  }
  return times;
};

/**
 * Asks when the blocks of batches were made, ms since 1970. Where no node has their state, it is
 * the time that the batch itself was proven at, some seconds before.
 */
export const batchTimes = async (
  { parachain }: Pick<Clients, "parachain">,
  records: readonly JournalRecord[],
): Promise<ReadonlyMap<JournalRecord, number>> => {
  const times = new Map<JournalRecord, number>();
  for (const record of distinct(records)) {
    const value = await orNothing(parachain.run((call) => storageOf(call, timestampNow, record.blockHash)));
    times.set(record, Number(value === undefined ? record.batch.entry.ledger.time : readTimestamp(value)));
  }
  return times;
};
