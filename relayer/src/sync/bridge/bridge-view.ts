import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { History } from "@pdiem/bridge-client/journal/history";
import { toHex } from "@pdiem/light-client/bytes";
import type { VerifiedParaHeader } from "@pdiem/light-client/polkadot/trie/para-head";
import { asset, lastRuntimeUpgrade, systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import {
  type AccountInfo,
  type AssetDetails,
  readAccountInfo,
  readAssetDetails,
  readRuntimeUpgrade,
  readTimestamp,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import type { TrieLookup } from "@pdiem/light-client/polkadot/trie/trie-proof";
import type { JournalRecords } from "../journal/journal-keeper.js";
import type { JournalRecord } from "../journal/journal-record.js";

/** The bridge at one finalized parachain block, all of it proven but the journal's text. */
export interface BridgeView {
  readonly block: { readonly number: number; readonly hash: Uint8Array };
  /** The same block: what storage is proven against. */
  readonly head: VerifiedParaHeader;
  readonly relayBlock: number;
  /** The parachain's time there, ms. */
  readonly time: bigint;
  /** The spec version of the runtime that executed it. */
  readonly specVersion: number | undefined;
  /** Undefined while the issuer's account doesn't exist. */
  readonly issuer: AccountInfo | undefined;
  /** In the order of the configuration; undefined for an asset that doesn't exist. */
  readonly assets: readonly (AssetDetails | undefined)[];
  /** Undefined before genesis. */
  readonly current: CurrentLedger | undefined;
}

/** The ledger in force with its history, and where each batch that led to it stands. */
export interface CurrentLedger {
  readonly anchor: Uint8Array;
  readonly history: History;
  readonly records: JournalRecords;
}

/** Finds the batch that put the ledger in force. */
export const lastRecord = ({ anchor, records }: CurrentLedger): JournalRecord | undefined => records.get(toHex(anchor));

/** Whose view it is. @param issuer 32 bytes */
interface Viewed {
  readonly config: BridgeConfig;
  readonly issuer: Uint8Array;
}

const assetKeys = ({ parachain, currencies }: BridgeConfig): readonly Uint8Array[] =>
  currencies.map(({ assetId }) => asset(parachain.assetsPallet, assetId));

/** Lists the storage keys that a view is read from. */
export const viewKeys = ({ config, issuer }: Viewed): readonly Uint8Array[] => [
  timestampNow,
  lastRuntimeUpgrade,
  systemAccount(issuer),
  ...assetKeys(config),
];

/** Reads proven storage of a block. @throws DecodeError for what has another shape */
export const readView = (
  { config, issuer }: Viewed,
  head: VerifiedParaHeader,
  relayBlock: number,
  lookup: TrieLookup,
): Omit<BridgeView, "current"> => {
  const read = <T>(key: Uint8Array, reader: (value: Uint8Array) => T): T | undefined => {
    const value = lookup(key);
    return value === undefined ? undefined : reader(value);
  };
  return {
    block: { number: head.header.number, hash: head.hash },
    head,
    relayBlock,
    specVersion: read(lastRuntimeUpgrade, readRuntimeUpgrade)?.specVersion,
    time: read(timestampNow, readTimestamp) ?? 0n,
    issuer: read(systemAccount(issuer), readAccountInfo),
    assets: assetKeys(config).map((key) => read(key, readAssetDetails)),
  };
};
