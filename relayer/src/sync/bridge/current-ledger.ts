/**
 * Finds the ledger in force. Of all batches ever seen, it is the one whose anchor is proven to be
 * there (PROTOCOL 2).
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import { type History, replay } from "@pdiem/bridge-client/journal/history";
import { isPdiemError } from "@pdiem/light-client/error";
import type { VerifiedParaHeader } from "@pdiem/light-client/polkadot/trie/para-head";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { proveStorage } from "../../chains/parachain/proven-state.js";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { RpcError } from "../../error.js";
import type { JournalKeeper, JournalRecords } from "../journal/journal-keeper.js";
import type { CurrentLedger } from "./bridge-view.js";

export interface LedgerSources {
  readonly config: BridgeConfig;
  /** 32 bytes. */
  readonly issuer: Uint8Array;
  readonly parachain: SubstrateRpc;
  readonly journal: JournalKeeper;
}

/** Writes the storage key under which an anchor is approved where its ledger is in force. */
export const anchorKey = (
  { config, issuer }: Pick<LedgerSources, "config" | "issuer">,
  anchor: Uint8Array,
): Uint8Array => assetApproval(config.parachain.assetsPallet, anchorAsset(config), issuer, anchor);

/** Anchors are looked for newest first, so many at a time. */
const ANCHORS_AT_ONCE = 16;

const findAnchor = async (
  sources: LedgerSources,
  head: VerifiedParaHeader,
  records: JournalRecords,
): Promise<Uint8Array | undefined> => {
  const newestFirst = [...records.values()].sort((a, b) => b.block - a.block);
  for (let from = 0; from < newestFirst.length; from += ANCHORS_AT_ONCE) {
    const anchors = newestFirst.slice(from, from + ANCHORS_AT_ONCE).map(({ batch }) => batch.anchor);
    const keys = anchors.map((anchor) => anchorKey(sources, anchor));
    const { lookup } = await proveStorage(sources.parachain, head, keys);
    const found = anchors.find((_, i) => lookup(keys[i] as Uint8Array) !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
};

const incomplete = async ({ journal }: LedgerSources, message: string, cause?: unknown): Promise<never> => {
  await journal.startOver();
  throw new RpcError("rpc/journal", message, "backoff", { cause });
};

const replayAll = async (sources: LedgerSources, records: JournalRecords, anchor: Uint8Array): Promise<History> => {
  try {
    return replay(
      sources.config,
      [...records.values()].map(({ batch }) => batch),
      anchor,
    );
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    const from = sources.journal.start + 1;
    return incomplete(sources, `the blocks from ${from} on don't tell the bridge's history: ${cause.message}`, cause);
  }
};

/**
 * Reads the journal up to a block, and follows it from the anchor in force there.
 * @param nonce the issuer's at that block
 * @returns undefined before genesis
 * @throws RpcError `rpc/journal` where blocks don't tell what led to the ledger; the next call
 * reads them again
 */
export const findCurrentLedger = async (
  sources: LedgerSources,
  head: VerifiedParaHeader,
  nonce: number,
): Promise<CurrentLedger | undefined> => {
  const records = await sources.journal.readTo(head.header.number);
  const anchor = await findAnchor(sources, head, records);
  if (anchor !== undefined) return { anchor, history: await replayAll(sources, records, anchor), records };
  if (nonce === 0) return undefined;
  const from = sources.journal.start + 1;
  return incomplete(sources, `expected the batch that made the ledger in force among the blocks from ${from} on`);
};
