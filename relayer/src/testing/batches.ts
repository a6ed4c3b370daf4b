import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { type JournalEntry, journalEntry } from "@pdiem/bridge/ledger/journal-entry";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { ACCOUNTS, RELEASES, WAITING } from "@pdiem/bridge/ledger/lists";
import { entryOf } from "@pdiem/bridge/settlement/assemble-batch";
import { ENCLAVE_SEED, EXAMPLE_ID, exampleConfig, filled, ISSUER, XUS } from "@pdiem/bridge/testing/config";
import { exampleGovernance, exampleLedger } from "@pdiem/bridge/testing/world";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { listTree } from "@pdiem/bridge-client/ledger/list-tree";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { approveTransfer, batchAll, cancelApproval, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";

const { genesisHash } = exampleConfig.parachain;

export const exampleScope: JournalScope = { bridgeId: EXAMPLE_ID, issuer: ISSUER };

export interface ExampleBatch {
  readonly anchor: Uint8Array;
  readonly extrinsic: Uint8Array;
}

/** Makes a bridge's first batches, genesis among them, which settle nothing. */
export const exampleBatches = (count: number): readonly ExampleBatch[] => {
  const ledgers = Array.from({ length: count }, (_, i) => ({ ...exampleLedger, nonce: i + 1 }));
  const anchors = ledgers.map((ledger) => anchorOf(EXAMPLE_ID, ledger));
  return ledgers.flatMap((ledger, i) => {
    const [before, anchor] = [anchors[i - 1], anchors[i]];
    if (anchor === undefined) return [];
    const calls = [
      ...(before === undefined ? [] : [cancelApproval(XUS.assetId, before)]),
      approveTransfer(XUS.assetId, anchor, 1n),
      remark(encode(journalEntry, entryOf(ledger, {}))),
    ];
    const content = {
      call: batchAll(calls),
      nonce: i,
      mortalPeriod: 64,
      birth: { number: 1, hash: filled(32, 1) },
      genesisHash,
      specVersion: STATEMINE_900.specVersion,
      transactionVersion: STATEMINE_900.transactionVersion,
    };
    return [{ anchor, extrinsic: buildExtrinsic(pinnedFormat(STATEMINE_900), content, ENCLAVE_SEED) }];
  });
};

/** Makes a journal's entry that puts a ledger in force. */
export const exampleEntry = (ledger: Partial<Ledger> = {}, told: Partial<JournalEntry> = {}): JournalEntry =>
  entryOf({ ...exampleLedger, ...ledger }, told);

/**
 * Makes the ledger in force that entries have led to, one a block from 100 on. Batch i has hash 32
 * times i.
 */
export const exampleCurrent = (
  entries: readonly JournalEntry[],
  told: Partial<Pick<History, "waiting" | "releases" | "accounts">> = {},
): CurrentLedger => {
  const batches = entries.map((entry, i) => ({ anchor: filled(32, 100 + i), entry, extrinsic: filled(4, i) }));
  const history: History = {
    ledger: entries.at(-1)?.ledger ?? exampleLedger,
    governance: exampleGovernance,
    accounts: [],
    releases: [],
    waiting: [],
    cleared: new Set(),
    kept: [],
    decisions: [],
    checkpoints: [],
    trees: { accounts: listTree(ACCOUNTS), releases: listTree(RELEASES), waiting: listTree(WAITING) },
    ...told,
    batches,
  };
  const records = batches.map((batch, i) => ({ block: 100 + i, blockHash: filled(32, 9), hash: filled(32, i), batch }));
  return {
    anchor: batches.at(-1)?.anchor ?? filled(32, 0),
    history,
    records: new Map(records.map((record) => [toHex(record.batch.anchor), record])),
  };
};
