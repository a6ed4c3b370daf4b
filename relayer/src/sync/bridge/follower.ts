import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type History, replay } from "@pdiem/bridge-client/journal/history";
import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { VerifiedParaHeader } from "@pdiem/light-client/polkadot/trie/para-head";
import {
  asset,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import {
  readAccountInfo,
  readAssetDetails,
  readRuntimeUpgrade,
  readTimestamp,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import type { TrieLookup } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { RpcError } from "../../error.js";
import type { HeadsKeeper } from "../light-clients/light-client-keeper.js";
import { type ProvenHead, proveHead, proveStorage } from "../../chains/parachain/proven-state.js";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import type { BridgeView, CurrentLedger } from "./bridge-view.js";
import type { JournalCache } from "../journal/journal-cache.js";
import type { JournalRecord } from "../journal/journal-record.js";
import { scanJournal } from "../journal/journal-scan.js";

export interface FollowerOptions {
  readonly config: BridgeConfig;
  readonly scope: JournalScope;
  readonly parachain: SubstrateRpc;
  readonly relay: SubstrateRpc;
  readonly heads: HeadsKeeper;
  readonly cache: JournalCache;
  /** The bridge has no batch in any block before this one. */
  readonly firstBlock: number;
  /** Told now and then of a long way through the blocks. */
  readonly onProgress?: (block: number, to: number) => void;
}

/** Keeps up with the bridge's state on the parachain. */
export interface Follower {
  /** Proves the newest finalized state. @throws PdiemError of the endpoints; the next call goes on where this one failed */
  readonly follow: () => Promise<BridgeView>;
  /** The last one that `follow` gave. */
  readonly view: () => BridgeView | undefined;
}

interface Known {
  readonly records: Map<string, JournalRecord>;
  scanned: number;
}

const batchesOf = (records: ReadonlyMap<string, JournalRecord>): readonly JournalRecord[] =>
  [...records.values()].sort((a, b) => b.block - a.block);

/** A relay chain node that has finalized nothing new for so long may have lost its peers. */
const STANDSTILL_MS = 120_000;

/** A long way through the blocks is kept, and told of, so often. */
const KEEP_MS = 5_000;

/** Anchors are looked for newest first, so many at a time. */
const ANCHORS_AT_ONCE = 16;

export const createFollower = (options: FollowerOptions): Follower => {
  const { config, scope, parachain, relay, heads, cache, firstBlock, onProgress = () => undefined } = options;
  const { issuer } = scope;
  const { assetsPallet } = config.parachain;
  /** Up to there no block is looked at. */
  const passed = Math.max(0, firstBlock - 1);
  const approval = (anchor: Uint8Array): Uint8Array => assetApproval(assetsPallet, anchorAsset(config), issuer, anchor);
  let known: Known | undefined;
  let view: BridgeView | undefined;
  let movedAt = Date.now();

  const isMoving = ({ relay: { header } }: ProvenHead): boolean =>
    header.number > (view?.relayBlock ?? 0) || Date.now() - movedAt < STANDSTILL_MS;

  const load = async (): Promise<Known> => {
    const { records, scanned } = await cache.load();
    return {
      records: new Map(records.map((record) => [toHex(record.batch.anchor), record])),
      scanned: Math.max(passed, scanned),
    };
  };

  const scanTo = async (journal: Known, height: number): Promise<void> => {
    if (height <= journal.scanned) return;
    let fresh: JournalRecord[] = [];
    let keptAt = Date.now();
    const keep = async (): Promise<void> => {
      await cache.add(fresh, journal.scanned);
      fresh = [];
      keptAt = Date.now();
    };
    // A node that fails on a long way has saved the next one what lies behind.
    await parachain.run((call) =>
      scanJournal(
        call,
        scope,
        { after: journal.scanned, to: height },
        async (found, upTo) => {
          for (const record of found) journal.records.set(toHex(record.batch.anchor), record);
          fresh.push(...found);
          journal.scanned = upTo;
          if (Date.now() - keptAt < KEEP_MS) return;
          await keep();
          onProgress(upTo, height);
        },
      ),
    );
    await keep();
  };

  /** Of all batches ever seen, the one whose anchor is proven to be there. */
  const findAnchor = async (head: VerifiedParaHeader, journal: Known): Promise<Uint8Array | undefined> => {
    const candidates = batchesOf(journal.records).map(({ batch }) => batch.anchor);
    for (let from = 0; from < candidates.length; from += ANCHORS_AT_ONCE) {
      const some = candidates.slice(from, from + ANCHORS_AT_ONCE);
      const { lookup } = await proveStorage(parachain, head, some.map(approval));
      const found = some.find((anchor) => lookup(approval(anchor)) !== undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  /** A cache that belongs to another chain, or a journal with a hole, is thrown away and read again from the bridge's first block. */
  const startOver = async (journal: Known): Promise<void> => {
    journal.records.clear();
    journal.scanned = passed;
    await cache.clear();
  };

  const replayOrStartOver = async (journal: Known, anchor: Uint8Array): Promise<History> => {
    try {
      return replay(config, batchesOf(journal.records).map(({ batch }) => batch), anchor);
    } catch (cause) {
      if (!isPdiemError(cause)) throw cause;
      await startOver(journal);
      throw new RpcError(
        "rpc/journal",
        `the blocks from ${passed + 1} on don't tell the bridge's history: ${cause.message}`,
        "backoff",
        { cause },
      );
    }
  };

  const currentAt = async (head: VerifiedParaHeader, nonce: number): Promise<CurrentLedger | undefined> => {
    known ??= await load();
    await scanTo(known, head.header.number);
    const anchor = await findAnchor(head, known);
    if (anchor === undefined) {
      if (nonce === 0) return undefined;
      await startOver(known);
      throw new RpcError(
        "rpc/journal",
        `expected the batch that made the ledger in force among the blocks from ${passed + 1} on`,
        "backoff",
      );
    }
    return { anchor, history: await replayOrStartOver(known, anchor), records: new Map(known.records) };
  };

  const isStill = (before: CurrentLedger | undefined, lookup: TrieLookup): before is CurrentLedger =>
    before !== undefined && lookup(approval(before.anchor)) !== undefined;

  const poll = async (): Promise<BridgeView> => {
    const head = await proveHead(relay, heads.get().relay, config.parachain.paraId, isMoving);
    heads.offer({ relay: head.state });
    if (head.relay.header.number > (view?.relayBlock ?? 0)) movedAt = Date.now();
    if (view !== undefined && equal(view.block.hash, head.para.hash))
      return { ...view, relayBlock: head.relay.header.number };
    const before = view?.current;
    const assetKeys = config.currencies.map(({ assetId }) => asset(assetsPallet, assetId));
    const keys = [timestampNow, lastRuntimeUpgrade, systemAccount(issuer), ...assetKeys];
    const { lookup } = await proveStorage(
      parachain,
      head.para,
      before === undefined ? keys : [...keys, approval(before.anchor)],
    );
    const now = lookup(timestampNow);
    const account = lookup(systemAccount(issuer));
    const upgrade = lookup(lastRuntimeUpgrade);
    const info = account === undefined ? undefined : readAccountInfo(account);
    return {
      block: { number: head.para.header.number, hash: head.para.hash },
      head: head.para,
      relayBlock: head.relay.header.number,
      specVersion: upgrade === undefined ? undefined : readRuntimeUpgrade(upgrade).specVersion,
      time: now === undefined ? 0n : readTimestamp(now),
      issuer: info,
      assets: assetKeys.map((key) => {
        const details = lookup(key);
        return details === undefined ? undefined : readAssetDetails(details);
      }),
      current: isStill(before, lookup) ? before : await currentAt(head.para, info?.nonce ?? 0),
    };
  };

  return {
    follow: async () => {
      view = await poll();
      return view;
    },
    view: () => view,
  };
};
