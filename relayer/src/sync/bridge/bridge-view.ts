import type { History } from "@pdiem/bridge-client/journal/history";
import { toHex } from "@pdiem/light-client/bytes";
import type { VerifiedParaHeader } from "@pdiem/light-client/polkadot/trie/para-head";
import type { AccountInfo, AssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import type { JournalRecord } from "../journal/journal-record.js";

/** The bridge at one finalized parachain block, all of it proven but the journal's text. */
export interface BridgeView {
  readonly block: { readonly number: number; readonly hash: Uint8Array };
  /** The same block: what storage is proven against. */
  readonly head: VerifiedParaHeader;
  readonly relayBlock: number;
  /** The parachain's time there, ms. */
  readonly time: bigint;
  /** Of the runtime that executed it. */
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
  /** By hex of the anchor that the batch made. */
  readonly records: ReadonlyMap<string, JournalRecord>;
}

/** The batch that put the ledger in force. */
export const lastRecord = ({ anchor, records }: CurrentLedger): JournalRecord | undefined => records.get(toHex(anchor));
