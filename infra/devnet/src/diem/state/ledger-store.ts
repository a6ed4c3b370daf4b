/**
 * Everything that the network ever executed, provable at any version. Versions are numbers here:
 * no devnet gets beyond 2^53.
 */

import { eventRootHash } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { type Transaction, transaction, transactionHash } from "@pdiem/chain-formats/diem/transactions/transaction";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode, vector } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddressHash } from "@pdiem/light-client/diem/address/account-address";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { accountStateBlobHash } from "@pdiem/light-client/diem/proofs/account-state-proof";
import type { SparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import {
  type KeptVMStatus,
  type TransactionInfo,
  transactionInfo,
  transactionInfoHash,
} from "@pdiem/light-client/diem/proofs/transaction-info";
import { type AccountState, accountState } from "@pdiem/light-client/diem/state/account-state";
import { type ContractEvent, contractEvent, type EventKey } from "@pdiem/light-client/diem/state/event";
import { createByteList } from "./byte-list.js";
import { createLedgerIndex, type EventPlace } from "./ledger-index.js";
import { createMerkleAccumulator, type MerkleAccumulator } from "./merkle-accumulator.js";
import { createSparseMerkleTree, EMPTY_TREE, type NodeId } from "./sparse-merkle-tree.js";

export interface ExecutedTransaction {
  readonly transaction: Transaction;
  readonly changes: readonly (readonly [AccountAddress, AccountState])[];
  readonly events: readonly ContractEvent[];
  readonly gasUsed: bigint;
  readonly status: KeptVMStatus;
}

export interface LedgerStore {
  /** Gives the transaction the next version. */
  readonly commit: (executed: ExecutedTransaction) => TransactionInfo;
  /** Gives the last version; -1 before genesis. */
  readonly version: () => number;
  readonly transactionAt: (version: number) => Transaction;
  /** Gives BCS of the transaction. */
  readonly transactionBytesAt: (version: number) => Uint8Array;
  readonly infoAt: (version: number) => TransactionInfo;
  readonly eventsAt: (version: number) => readonly ContractEvent[];
  readonly accountAt: (address: AccountAddress, version: number) => AccountState | undefined;
  readonly accountProofAt: (address: AccountAddress, version: number) => SparseMerkleProof;
  /** Accumulator of transaction infos. */
  readonly accumulator: MerkleAccumulator;
  /** Gives the time, in microseconds, of the block that the version is in. */
  readonly timestampAt: (version: number) => bigint;
  /** Tells where the stream's events are, by sequence number. */
  readonly eventPlaces: (key: EventKey) => readonly EventPlace[];
  /** Gives the version of the account's transaction with that sequence number. */
  readonly transactionOf: (sender: AccountAddress, sequenceNumber: bigint) => number | undefined;
}

const eventList = vector(contractEvent);

const blobHash = (state: AccountState): Uint8Array => accountStateBlobHash(encode(accountState, state));

export const createLedgerStore = (): LedgerStore => {
  const tree = createSparseMerkleTree<AccountState>(blobHash);
  const accumulator = createMerkleAccumulator(hashTransactionAccumulatorNode);
  const index = createLedgerIndex();
  const transactions = createByteList();
  const infos = createByteList();
  const events = createByteList();
  const roots: NodeId[] = [];
  const treeKeys = new Map<string, Uint8Array>();

  const treeKeyOf = (address: AccountAddress): Uint8Array => {
    const name = toHex(address);
    const key = treeKeys.get(name) ?? accountAddressHash(address);
    treeKeys.set(name, key);
    return key;
  };
  const rootAt = (version: number): NodeId => {
    const root = roots[version];
    if (root === undefined) throw new RangeError(`expected a version below ${roots.length}, got ${version}`);
    return root;
  };

  return {
    commit: ({ transaction: committed, changes, events: emitted, gasUsed, status }) => {
      const version = roots.length;
      const root = changes.reduce(
        (from, [address, state]) => tree.put(from, { key: treeKeyOf(address), value: state }),
        roots.at(-1) ?? EMPTY_TREE,
      );
      const info: TransactionInfo = {
        transactionHash: transactionHash(committed),
        stateRootHash: tree.hashOf(root),
        eventRootHash: eventRootHash(emitted),
        gasUsed,
        status,
      };
      accumulator.append(transactionInfoHash(info));
      index.add(version, committed, emitted);
      transactions.push(encode(transaction, committed));
      infos.push(encode(transactionInfo, info));
      events.push(encode(eventList, emitted));
      roots.push(root);
      return info;
    },
    version: () => roots.length - 1,
    transactionAt: (version) => decode(transaction, transactions.at(version)),
    transactionBytesAt: transactions.at,
    infoAt: (version) => decode(transactionInfo, infos.at(version)),
    eventsAt: (version) => decode(eventList, events.at(version)),
    accountAt: (address, version) => tree.get(rootAt(version), treeKeyOf(address)),
    accountProofAt: (address, version) => tree.prove(rootAt(version), treeKeyOf(address)),
    accumulator,
    timestampAt: index.timestampAt,
    eventPlaces: index.eventPlaces,
    transactionOf: index.transactionOf,
  };
};
