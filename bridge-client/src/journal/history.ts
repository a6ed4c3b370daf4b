/** The bridge's history as its batches tell it, checked against the anchor in force. */
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { type GovernanceState, governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { type JournalEntry, numbersOf } from "@pdiem/bridge/ledger/journal-entry";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { List } from "@pdiem/bridge/ledger/list";
import { ACCOUNTS, RELEASES, WAITING, type WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import type { Release } from "@pdiem/bridge/ledger/release";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { frozenAccumulator } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { type ListTree, listTree } from "../ledger/list-tree.js";
import type { JournalBatch } from "./journal-batch.js";
import { journalPath } from "./journal-path.js";

/** A decision, and the ledger of the batch that took it. */
export interface TakenDecision {
  readonly decision: SignedDecision;
  readonly state: GovernanceState;
  readonly ledger: Ledger;
}

export interface History {
  readonly ledger: Ledger;
  readonly governance: GovernanceState;
  /** By index. */
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  /** Every leaf that ever came to wait, by index; those that are done are in `cleared`. */
  readonly waiting: readonly WaitingLeaf[];
  readonly cleared: ReadonlySet<bigint>;
  /** Numbers of deposits that stay with custody. */
  readonly kept: readonly bigint[];
  readonly decisions: readonly TakenDecision[];
  /** Checkpoints at which the signers changed, the oldest first. */
  readonly checkpoints: readonly SignedCheckpoint[];
  /** Batches that took effect, the oldest first. */
  readonly batches: readonly JournalBatch[];
  /** What proves leaves of the three lists. Copy a tree before changing it. */
  readonly trees: LedgerTrees;
}

export interface LedgerTrees {
  readonly accounts: ListTree<Uint8Array>;
  readonly releases: ListTree<Release>;
  readonly waiting: ListTree<WaitingLeaf>;
}

/** Lists the leaves that an entry appends to `waiting`, in order. */
export const waitingLeavesOf = ({ waiting }: Pick<JournalEntry, "waiting">): readonly WaitingLeaf[] => [
  ...numbersOf(waiting.deposits).map((value) => ({ type: "deposit", value }) as const),
  ...numbersOf(waiting.releases).map((value) => ({ type: "release", value }) as const),
];

const isSame = (a: List, b: List): boolean => equal(encode(frozenAccumulator, a), encode(frozenAccumulator, b));

const applyEntry = (trees: LedgerTrees, { accounts, releases, cleared, ...entry }: JournalEntry): void => {
  for (const account of accounts) trees.accounts.append(account);
  for (const release of releases) trees.releases.append(release);
  for (const index of cleared) trees.waiting.clear(index);
  for (const leaf of waitingLeavesOf(entry)) trees.waiting.append(leaf);
};

const governanceAfter = (before: GovernanceState, { governance }: JournalEntry): GovernanceState =>
  governance === undefined ? before : governance.state;

const checkEntry = (trees: LedgerTrees, governance: GovernanceState, { ledger }: JournalEntry): void => {
  const isWhole =
    isSame(trees.accounts.list(), ledger.accounts) &&
    isSame(trees.releases.list(), ledger.releases) &&
    isSame(trees.waiting.list(), ledger.waiting) &&
    equal(governanceHash(governance), ledger.governance);
  if (!isWhole)
    throw new RefusedError(
      "refused/journal",
      "expected batches to tell every leaf that they append or clear, and the governance state",
    );
};

/**
 * Gathers what the batches from genesis to the anchor in force told. The anchor vouches for the
 * ledger and so for every leaf and the governance state, whoever gave the batches. For what was
 * kept, decided and signed before, their source does: a node or a cache.
 * @param batches in any order; repeated ones are harmless
 * @param anchor in force, 32 bytes
 * @throws RefusedError `refused/journal-gap`, `refused/journal`
 */
export const replay = (config: BridgeConfig, batches: readonly JournalBatch[], anchor: Uint8Array): History => {
  const path = journalPath(batches, anchor);
  const trees = { accounts: listTree(ACCOUNTS), releases: listTree(RELEASES), waiting: listTree(WAITING) };
  let governance = initialGovernance(config);
  for (const { entry } of path) {
    applyEntry(trees, entry);
    governance = governanceAfter(governance, entry);
    checkEntry(trees, governance, entry);
  }
  const entries = path.map(({ entry }) => entry);
  const last = entries.at(-1);
  if (last === undefined) throw new RefusedError("refused/journal-gap", "expected at least the genesis batch", "later");
  return {
    ledger: last.ledger,
    governance,
    accounts: entries.flatMap(({ accounts }) => accounts),
    releases: entries.flatMap(({ releases }) => releases),
    waiting: entries.flatMap(waitingLeavesOf),
    cleared: new Set(entries.flatMap(({ cleared }) => cleared)),
    kept: entries.flatMap(({ kept }) => numbersOf(kept)),
    decisions: entries.flatMap(({ governance: taken, ledger }) =>
      taken === undefined ? [] : [{ decision: taken.decision, state: taken.state, ledger }],
    ),
    checkpoints: entries.flatMap(({ checkpoints }) => checkpoints),
    batches: path,
    trees,
  };
};

/** Names the bridge whose batches are looked for. @param issuer 32 bytes */
export const journalScope = (config: BridgeConfig, issuer: Uint8Array) => ({ bridgeId: bridgeIdOf(config), issuer });
