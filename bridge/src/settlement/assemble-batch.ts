/**
 * The frame of every batch (PROTOCOL 3): from one anchor to the next, and what it tells the
 * journal.
 */
import { encode } from "@pdiem/light-client/codec/bcs";
import { approveTransfer, type Call, cancelApproval, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { anchorOf } from "../ledger/anchor.js";
import { type JournalEntry, journalEntry } from "../ledger/journal-entry.js";
import type { Ledger } from "../ledger/ledger.js";
import { anchorAsset } from "../ledger/ledger-in-force.js";
import type { Batch } from "./batch.js";

export interface BatchParts {
  /** The configuration as it was at first: its hash is the bridge's id. */
  readonly config: BridgeConfig;
  /** Anchor of the ledger in force, 32 bytes; undefined at genesis. */
  readonly anchor: Uint8Array | undefined;
  /** The ledger that the batch puts in force; its nonce is the batch's plus one. */
  readonly ledger: Ledger;
  /** What stands before the anchor is cancelled: thaws of assets in a decision batch. */
  readonly thaws?: readonly Call[];
  /** Between those that move the anchor. */
  readonly calls: readonly Call[];
  /** What it tells beside the ledger; nothing of what is left out. */
  readonly told?: Partial<Omit<JournalEntry, "ledger">>;
  /** Spec version at the block that the facts are from. */
  readonly specVersion: number;
}

/** Tells nothing but the ledger. */
export const entryOf = (ledger: Ledger, told: Partial<Omit<JournalEntry, "ledger">> = {}): JournalEntry => ({
  ledger,
  accounts: [],
  releases: [],
  cleared: [],
  waiting: { deposits: [], releases: [] },
  kept: [],
  givenBack: [],
  governance: undefined,
  checkpoints: [],
  ...told,
});

/** Puts a batch's calls together. The remark ends them, so that readers need no metadata. */
export const assembleBatch = (parts: BatchParts): Batch => {
  const { config, anchor, ledger, thaws = [], calls, told, specVersion } = parts;
  const asset = anchorAsset(config);
  const nextAnchor = anchorOf(bridgeId(config), ledger);
  const entry = entryOf(ledger, told);
  return {
    ledger,
    anchor: nextAnchor,
    entry,
    calls: [
      ...thaws,
      ...(anchor === undefined ? [] : [cancelApproval(asset, anchor)]),
      ...calls,
      approveTransfer(asset, nextAnchor, 1n),
      remark(encode(journalEntry, entry)),
    ],
    nonce: ledger.nonce - 1,
    specVersion,
  };
};
