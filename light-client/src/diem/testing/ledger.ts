import type { TransactionListWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import type { TransactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { type Transaction, transactionHash } from "@pdiem/chain-formats/diem/transactions/transaction";
import { utf8 } from "../../bytes.js";
import { encode } from "../../codec/bcs.js";
import { sha3_256 } from "../../crypto/sha3.js";
import { type AccountAddress, accountAddressHash } from "../address/account-address.js";
import type { EpochState } from "../epochs/epoch-state.js";
import type { LedgerInfo } from "../epochs/ledger-info.js";
import { type VerifiedLedgerInfo, verifyByWaypoint } from "../epochs/verified-ledger-info.js";
import { waypointOf } from "../epochs/waypoint.js";
import { hashEventAccumulatorNode, hashTransactionAccumulatorNode } from "../hashing.js";
import { type AccountStateWithProof, accountStateBlobHash } from "../proofs/account-state-proof.js";
import type { EventWithProof } from "../proofs/event-proof.js";
import { type KeptVMStatus, type TransactionInfo, transactionInfoHash } from "../proofs/transaction-info.js";
import type { TransactionInfoWithProof } from "../proofs/transaction-info-proof.js";
import { type AccountState, accountState } from "../state/account-state.js";
import { type ContractEvent, contractEventHash } from "../state/event.js";
import { type AccumulatorTree, buildAccumulatorTree } from "./accumulator-tree.js";
import { buildSparseMerkleTree } from "./sparse-merkle-tree.js";

/** What happens at one version; `accounts` is the whole state after it. */
export interface LedgerEntry {
  readonly transaction: Transaction;
  readonly events?: readonly ContractEvent[];
  readonly status?: KeptVMStatus;
  readonly accounts?: readonly (readonly [AccountAddress, AccountState])[];
}

/** A small ledger in memory, and honest proofs of everything in it at its last version. */
export interface TestLedger {
  readonly tree: AccumulatorTree;
  readonly infos: readonly TransactionInfo[];
  readonly ledgerInfo: LedgerInfo;
  /** Gives a fresh one each time, so that nothing is known from proofs checked before. */
  readonly verified: () => VerifiedLedgerInfo;
  readonly proveInfo: (version: number) => TransactionInfoWithProof;
  readonly proveAccount: (version: number, address: AccountAddress) => AccountStateWithProof;
  readonly proveEvent: (version: number, index: number) => EventWithProof;
  readonly proveTransaction: (version: number, includeEvents: boolean) => TransactionWithProof;
  readonly proveList: (first: number, count: number, includeEvents: boolean) => TransactionListWithProof;
}

export const hashOfText = (text: string): Uint8Array => sha3_256(utf8(text));

export const ledgerInfoAt = (
  version: number,
  root: Uint8Array,
  epoch = 1n,
  nextEpochState: EpochState | undefined = undefined,
): LedgerInfo => ({
  commitInfo: {
    epoch,
    round: 1n,
    id: hashOfText("block"),
    executedStateId: root,
    version: BigInt(version),
    timestampUsecs: 1_600_000_000_000_000n,
    nextEpochState,
  },
  consensusDataHash: hashOfText("consensus"),
});

const EXECUTED: KeptVMStatus = { type: "executed", value: undefined };

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new RangeError("expected an entry of the test ledger");
  return value;
};

export const buildLedger = (entries: readonly LedgerEntry[]): TestLedger => {
  const eventTrees = entries.map(({ events = [] }) =>
    buildAccumulatorTree(hashEventAccumulatorNode, events.map(contractEventHash)),
  );
  const stateTrees = entries.map(({ accounts = [] }) =>
    buildSparseMerkleTree(
      accounts.map(([address, state]) => [
        accountAddressHash(address),
        accountStateBlobHash(encode(accountState, state)),
      ]),
    ),
  );
  const infos = entries.map(({ transaction, status = EXECUTED }, i) => ({
    transactionHash: transactionHash(transaction),
    stateRootHash: present(stateTrees[i]).root,
    eventRootHash: present(eventTrees[i]).root,
    gasUsed: BigInt(i),
    status,
  }));
  const tree = buildAccumulatorTree(hashTransactionAccumulatorNode, infos.map(transactionInfoHash));
  const ledgerInfo = ledgerInfoAt(entries.length - 1, tree.root);
  const proveInfo = (version: number): TransactionInfoWithProof => ({
    ledgerInfoToTransactionInfoProof: tree.prove(version),
    transactionInfo: present(infos[version]),
  });
  return {
    tree,
    infos,
    ledgerInfo,
    verified: () => verifyByWaypoint(waypointOf(ledgerInfo), { ledgerInfo, signatures: [] }),
    proveInfo,
    proveAccount: (version, address) => {
      const state = entries[version]?.accounts?.find(([owner]) => owner === address)?.[1];
      return {
        version: BigInt(version),
        blob: state && encode(accountState, state),
        proof: {
          transactionInfoWithProof: proveInfo(version),
          transactionInfoToAccountProof: present(stateTrees[version]).prove(accountAddressHash(address)),
        },
      };
    },
    proveEvent: (version, index) => ({
      transactionVersion: BigInt(version),
      eventIndex: BigInt(index),
      event: present(entries[version]?.events?.[index]),
      proof: {
        transactionInfoWithProof: proveInfo(version),
        transactionInfoToEventProof: present(eventTrees[version]).prove(index),
      },
    }),
    proveTransaction: (version, includeEvents) => ({
      version: BigInt(version),
      transaction: present(entries[version]).transaction,
      events: includeEvents ? (entries[version]?.events ?? []) : undefined,
      proof: proveInfo(version),
    }),
    proveList: (first, count, includeEvents) => {
      const shown = entries.slice(first, first + count);
      return {
        transactions: shown.map(({ transaction }) => transaction),
        events: includeEvents ? shown.map(({ events = [] }) => events) : undefined,
        firstTransactionVersion: BigInt(first),
        proof: {
          ledgerInfoToTransactionInfosProof: tree.proveRange(first, count),
          transactionInfos: infos.slice(first, first + count),
        },
      };
    },
  };
};
