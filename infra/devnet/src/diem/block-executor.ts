/** Executes blocks, and genesis before them. */

import type { BlockMetadata } from "@pdiem/chain-formats/diem/transactions/block-metadata";
import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { StatusName } from "@pdiem/chain-formats/diem/transactions/status-code";
import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { configuration } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import type { LedgerStore } from "./state/ledger-store.js";
import { blockPrologue } from "./vm/diem-block.js";
import { BLOCK_METADATA_GAS } from "./vm/gas.js";
import { createSession, type Session } from "./vm/session.js";
import { executeTransaction } from "./vm/transaction-executor.js";
import { DIEM_ROOT } from "./well-known-addresses.js";

const EXECUTED: KeptVMStatus = { type: "executed", value: undefined };

/** Opens a session over the state at the ledger's last version. */
export const latestSession = (store: LedgerStore): Session =>
  createSession((address) => store.accountAt(address, store.version()));

export interface ExecutedBlock {
  readonly committed: readonly SignedTransaction[];
  readonly discarded: readonly { readonly transaction: SignedTransaction; readonly status: StatusName }[];
  /** Not reached, because the epoch ended before. */
  readonly left: readonly SignedTransaction[];
  readonly endsEpoch: boolean;
}

const commit = (
  store: LedgerStore,
  transaction: Transaction,
  session: Session,
  gasUsed: bigint,
  status: KeptVMStatus,
) => store.commit({ transaction, changes: session.changes(), events: session.events(), gasUsed, status });

const epochOf = (store: LedgerStore): bigint => latestSession(store).get(DIEM_ROOT, configuration).epoch;

/** Executes a block. Nothing follows a transaction that ends the epoch. */
export const executeBlock = (
  store: LedgerStore,
  metadata: BlockMetadata,
  transactions: readonly SignedTransaction[],
): ExecutedBlock => {
  const prologue = latestSession(store);
  blockPrologue(prologue, metadata);
  commit(store, { type: "blockMetadata", value: metadata }, prologue, BLOCK_METADATA_GAS, EXECUTED);
  const epoch = epochOf(store);
  const committed: SignedTransaction[] = [];
  const discarded: { transaction: SignedTransaction; status: StatusName }[] = [];
  for (const [i, transaction] of transactions.entries()) {
    const execution = executeTransaction(latestSession(store), transaction);
    if (execution.type === "discarded") {
      discarded.push({ transaction, status: execution.status });
      continue;
    }
    commit(store, { type: "user", value: transaction }, execution.session, execution.gasUsed, execution.status);
    committed.push(transaction);
    if (epochOf(store) !== epoch) return { committed, discarded, left: transactions.slice(i + 1), endsEpoch: true };
  }
  return { committed, discarded, left: [], endsEpoch: false };
};

const statesOf = (genesis: Transaction): readonly (readonly [AccountAddress, AccountState])[] => {
  if (genesis.type !== "genesis" || genesis.value.type !== "direct")
    throw new Error("expected a genesis transaction with a write set");
  const states = new Map<string, { address: AccountAddress; entries: (readonly [Uint8Array, Uint8Array])[] }>();
  for (const { accessPath, op } of genesis.value.value.writeSet) {
    if (op.type !== "value") continue;
    const state = states.get(toHex(accessPath.address)) ?? { address: accessPath.address, entries: [] };
    state.entries.push([accessPath.path, op.value]);
    states.set(toHex(accessPath.address), state);
  }
  return [...states.values()].map(({ address, entries }) => [address, entries] as const);
};

/** Executes version 0. */
export const executeGenesis = (store: LedgerStore, genesis: Transaction): void => {
  const events = genesis.type === "genesis" && genesis.value.type === "direct" ? genesis.value.value.events : [];
  store.commit({ transaction: genesis, changes: statesOf(genesis), events, gasUsed: 0n, status: EXECUTED });
};
