/** Everything that the network ever executed, provable at any version. Versions are numbers here: no devnet gets beyond 2^53. */
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode, vector } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddressHash } from "@pdiem/light-client/diem/account-address";
import { type AccountState, accountState } from "@pdiem/light-client/diem/account-state";
import { accountStateBlobHash } from "@pdiem/light-client/diem/account-state-proof";
import { type ContractEvent, contractEvent, type EventKey } from "@pdiem/light-client/diem/event";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import type { SparseMerkleProof } from "@pdiem/light-client/diem/sparse-merkle";
import { type Transaction, transaction, transactionHash } from "@pdiem/light-client/diem/transaction";
import {
  type KeptVMStatus,
  type TransactionInfo,
  transactionInfo,
  transactionInfoHash,
} from "@pdiem/light-client/diem/transaction-info";
import { eventRootHash } from "@pdiem/light-client/diem/transaction-proof";
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
  /** The last version; -1 before genesis. */
  readonly version: () => number;
  readonly transactionAt: (version: number) => Transaction;
  /** BCS of the transaction. */
  readonly transactionBytesAt: (version: number) => Uint8Array;
  readonly infoAt: (version: number) => TransactionInfo;
  readonly eventsAt: (version: number) => readonly ContractEvent[];
  readonly accountAt: (address: AccountAddress, version: number) => AccountState | undefined;
  readonly accountProofAt: (address: AccountAddress, version: number) => SparseMerkleProof;
  /** Of transaction infos. */
  readonly accumulator: MerkleAccumulator;
  /** Microseconds: the time of the block that the version is in. */
  readonly timestampAt: (version: number) => bigint;
  /** Where the stream's events are, by sequence number. */
  readonly eventPlaces: (key: EventKey) => readonly EventPlace[];
  /** The version of the account's transaction with that sequence number. */
  readonly transactionOf: (sender: AccountAddress, sequenceNumber: bigint) => number | undefined;
}

interface Row {
  readonly transaction: Uint8Array;
  readonly info: Uint8Array;
  readonly events: Uint8Array;
  readonly root: NodeId;
}

const eventList = vector(contractEvent);

export const createLedgerStore = (): LedgerStore => {
  const tree = createSparseMerkleTree<AccountState>();
  const accumulator = createMerkleAccumulator(hashTransactionAccumulatorNode);
  const index = createLedgerIndex();
  const rows: Row[] = [];
  const treeKeys = new Map<string, Uint8Array>();

  const treeKeyOf = (address: AccountAddress): Uint8Array => {
    const name = toHex(address);
    const key = treeKeys.get(name) ?? accountAddressHash(address);
    treeKeys.set(name, key);
    return key;
  };
  const row = (version: number): Row => {
    const found = rows[version];
    if (found === undefined) throw new RangeError(`expected a version below ${rows.length}, got ${version}`);
    return found;
  };
  const infoAt = (version: number): TransactionInfo => decode(transactionInfo, row(version).info);

  return {
    commit: ({ transaction: committed, changes, events, gasUsed, status }) => {
      const version = rows.length;
      const root = changes.reduce((from, [address, state]) => {
        const valueHash = accountStateBlobHash(encode(accountState, state));
        return tree.put(from, { key: treeKeyOf(address), valueHash, value: state });
      }, rows.at(-1)?.root ?? EMPTY_TREE);
      const info: TransactionInfo = {
        transactionHash: transactionHash(committed),
        stateRootHash: tree.hashOf(root),
        eventRootHash: eventRootHash(events),
        gasUsed,
        status,
      };
      accumulator.append(transactionInfoHash(info));
      index.add(version, committed, events);
      rows.push({
        transaction: encode(transaction, committed).slice(),
        info: encode(transactionInfo, info).slice(),
        events: encode(eventList, events).slice(),
        root,
      });
      return info;
    },
    version: () => rows.length - 1,
    transactionAt: (version) => decode(transaction, row(version).transaction),
    transactionBytesAt: (version) => row(version).transaction,
    infoAt,
    eventsAt: (version) => decode(eventList, row(version).events),
    accountAt: (address, version) => tree.get(row(version).root, treeKeyOf(address)),
    accountProofAt: (address, version) => tree.prove(row(version).root, treeKeyOf(address)),
    accumulator,
    timestampAt: index.timestampAt,
    eventPlaces: index.eventPlaces,
    transactionOf: index.transactionOf,
  };
};
