/** What somebody without the runtime's metadata needs to check signatures of batches. */
import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { readSignedBatch } from "@pdiem/bridge-client/proof-set/signed-batch";
import type { SignedBatchText } from "@pdiem/bridge-client/proof-set/transfer-evidence";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { bytes, decode, encode, u32 } from "@pdiem/light-client/codec/scale";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { birthOf, decodeEra } from "@pdiem/light-client/polkadot/extrinsics/era";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { blockHash, runtimeVersion } from "../../../chains/parachain/substrate-node.js";
import type { SubstrateCall } from "../../../chains/parachain/substrate-rpc.js";
import type { Clients } from "../../../sync/clients.js";
import type { JournalRecord } from "../../../sync/journal/journal-record.js";

export type BatchClients = Pick<Clients, "config" | "parachain" | "metadata">;

/** Version, signer and signature: the era stands first behind them in every known runtime. */
const SIGNED_FROM = 1 + 33 + 65;
const LONGEST_EXTRA = 32;
const MOST_KEPT = 1_000;

const NONE = new Uint8Array();
const NO_HASH = Uint8Array.of(0);
const SOME = Uint8Array.of(1);

/** Finds how a batch is split, by trying: under any other split its signature doesn't fit. */
const splitOf = (
  scope: JournalScope,
  extrinsic: string,
  implicits: readonly Uint8Array[],
): SignedBatchText | undefined => {
  for (const implicit of implicits)
    for (let extra = 0; extra <= LONGEST_EXTRA; extra++) {
      const told = { extrinsic, extra, implicit: toHex(implicit) };
      try {
        readSignedBatch(scope, told);
        return told;
      } catch (error) {
        if (!isPdiemError(error)) throw error;
      }
    }
  return undefined;
};

const metadataHashes = async (
  { config, metadata }: BatchClients,
  specVersion: number,
): Promise<readonly Uint8Array[]> => {
  if (config.parachain.profile !== undefined) return [NONE, NO_HASH];
  const proof = await metadata.proofFor(specVersion);
  const { metadataHash } = provenFormat(proof, proof, config.parachain.assetsPallet);
  return metadataHash === undefined ? [NONE, NO_HASH] : [concat(SOME, metadataHash), NO_HASH, NONE];
};

const hashAt = async (call: SubstrateCall, number: number): Promise<Uint8Array> => {
  const hash = await blockHash(call, number);
  if (hash === undefined) throw new PdiemError("rpc/withheld", `expected the hash of block ${number}`, "backoff");
  return hash;
};

/**
 * Tells a batch with what its signature covers beside it.
 * @throws PdiemError `batch/unsplit` where no known layout fits its signature
 */
const tellBatch = async (
  clients: BatchClients,
  scope: JournalScope,
  { block, batch }: JournalRecord,
): Promise<SignedBatchText> => {
  const { config, parachain } = clients;
  const era = decodeEra(decode(bytes, batch.extrinsic).slice(SIGNED_FROM, SIGNED_FROM + 2));
  const [birth, version] = await parachain.run(async (call) => [
    await hashAt(call, birthOf(era, block - 1)),
    await runtimeVersion(call, await hashAt(call, block - 1)),
  ]);
  const fixed = [encode(u32, version.specVersion), encode(u32, version.transactionVersion)];
  const ends = await metadataHashes(clients, version.specVersion);
  const implicits = ends.map((end) => concat(...fixed, config.parachain.genesisHash, birth, end));
  const told = splitOf(scope, toHex(batch.extrinsic), implicits);
  if (told !== undefined) return told;
  throw new PdiemError("batch/unsplit", "expected a batch laid out as known runtimes lay them out", "never");
};

export interface SignedBatches {
  /** Tells batches; none where one of them can't be told. */
  readonly tell: (scope: JournalScope, records: readonly JournalRecord[]) => Promise<readonly SignedBatchText[]>;
}

/** Keeps what was found: a batch never changes. */
export const keepSignedBatches = (): ((clients: BatchClients) => SignedBatches) => {
  const kept = new Map<string, SignedBatchText>();
  const one = async (clients: BatchClients, scope: JournalScope, record: JournalRecord): Promise<SignedBatchText> => {
    const name = toHex(record.hash);
    const told = kept.get(name) ?? (await tellBatch(clients, scope, record));
    kept.set(name, told);
    for (const [oldest] of kept) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return told;
  };
  return (clients) => ({
    tell: async (scope, records) => {
      const told: SignedBatchText[] = [];
      try {
        for (const record of records) told.push(await one(clients, scope, record));
      } catch (error) {
        if (isPdiemError(error)) return [];
        throw error;
      }
      return told;
    },
  });
};
