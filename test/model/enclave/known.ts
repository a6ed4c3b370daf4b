/** What a relayer knows of a ledger: every leaf that it stands for. */
import { type GovernanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import type { JournalEntry } from "@pdiem/bridge/ledger/journal-entry";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { ACCOUNTS, RELEASES, WAITING, type WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import type { Release } from "@pdiem/bridge/ledger/release";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import { type LedgerTrees, waitingLeavesOf } from "@pdiem/bridge-client/journal/history";
import { listTree } from "@pdiem/bridge-client/ledger/list-tree";
import { config, ISSUER } from "../setting.js";

export interface Known extends BridgeState {
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  /** Undefined for leaves that are cleared. */
  readonly waiting: readonly (WaitingLeaf | undefined)[];
  /** Copied before they are changed. */
  readonly trees: LedgerTrees;
}

export const knownAtFirst = (ledger: Ledger, governance: GovernanceState = initialGovernance(config)): Known => ({
  config,
  issuer: ISSUER,
  ledger,
  governance,
  accounts: [],
  releases: [],
  waiting: [],
  trees: { accounts: listTree(ACCOUNTS), releases: listTree(RELEASES), waiting: listTree(WAITING) },
});

/** Follows a batch, by what it tells the journal. */
export const knownAfter = (before: Known, entry: JournalEntry): Known => {
  const { ledger, accounts, releases, cleared, governance } = entry;
  const trees = {
    accounts: before.trees.accounts.copy(),
    releases: before.trees.releases.copy(),
    waiting: before.trees.waiting.copy(),
  };
  for (const account of accounts) trees.accounts.append(account);
  for (const release of releases) trees.releases.append(release);
  for (const index of cleared) trees.waiting.clear(index);
  const appended = waitingLeavesOf(entry);
  for (const leaf of appended) trees.waiting.append(leaf);
  return {
    ...before,
    ledger,
    governance: governance?.state ?? before.governance,
    accounts: [...before.accounts, ...accounts],
    releases: [...before.releases, ...releases],
    waiting: [...before.waiting.map((leaf, i) => (cleared.includes(BigInt(i)) ? undefined : leaf)), ...appended],
    trees,
  };
};

/** Indexes of the leaves that wait. */
export const waitingIndexes = ({ waiting }: Pick<Known, "waiting">): readonly number[] =>
  waiting.flatMap((leaf, i) => (leaf === undefined ? [] : [i]));
