/**
 * A run of the ledger's transactions. Source: diem/diem types/src/transaction/mod.rs
 * (`TransactionListWithProof`).
 */
import { type Codec, option, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import {
  type TransactionInfo,
  transactionInfo,
  transactionInfoHash,
} from "@pdiem/light-client/diem/proofs/transaction-info";
import { checkVersion } from "@pdiem/light-client/diem/proofs/transaction-info-proof";
import { type ContractEvent, contractEvent } from "@pdiem/light-client/diem/state/event";
import { ProofError } from "@pdiem/light-client/error";
import { type Transaction, transaction } from "../transactions/transaction.js";
import { type AccumulatorRangeProof, accumulatorRangeProof, verifyRange } from "./accumulator-range.js";
import { matchTransactionInfo, type VerifiedTransaction } from "./transaction-proof.js";

export interface TransactionListProof {
  readonly ledgerInfoToTransactionInfosProof: AccumulatorRangeProof;
  readonly transactionInfos: readonly TransactionInfo[];
}

/** `events`: those of each transaction, undefined where they weren't asked for. */
export interface TransactionListWithProof {
  readonly transactions: readonly Transaction[];
  readonly events: readonly (readonly ContractEvent[])[] | undefined;
  readonly firstTransactionVersion: bigint | undefined;
  readonly proof: TransactionListProof;
}

export const transactionListProof: Codec<TransactionListProof> = struct<TransactionListProof>({
  ledgerInfoToTransactionInfosProof: accumulatorRangeProof,
  transactionInfos: vector(transactionInfo),
});

export const transactionListWithProof: Codec<TransactionListWithProof> = struct<TransactionListWithProof>({
  transactions: vector(transaction),
  events: option(vector(vector(contractEvent))),
  firstTransactionVersion: option(u64),
  proof: transactionListProof,
});

/**
 * `first` is undefined where the list must be empty. `limit` and `includeEvents`, where given, must
 * be kept to by the answer.
 */
export interface TransactionListQuery {
  readonly first: bigint | undefined;
  readonly limit?: number | undefined;
  readonly includeEvents?: boolean | undefined;
}

const expect = (condition: boolean, code: string, message: string): void => {
  if (!condition) throw new ProofError(code, message);
};

/**
 * Checks that these are the ledger's transactions from `first` on. An empty list proves nothing.
 * Stricter than upstream: versions must be those of the ledger info. Else other versions pass for
 * the same list.
 * @throws ProofError `proof/list-first`, `proof/list-length`, `proof/list-events`,
 * `proof/version-too-new`, `proof/transaction-hash`, `proof/event-root`, or of `verifyRange`
 */
export const verifyTransactionList = (
  verified: VerifiedLedgerInfo,
  { first, limit, includeEvents }: TransactionListQuery,
  { transactions, events, firstTransactionVersion, proof }: TransactionListWithProof,
): readonly VerifiedTransaction[] => {
  const { transactionInfos, ledgerInfoToTransactionInfosProof: range } = proof;
  const count = transactions.length;
  expect(
    firstTransactionVersion === first,
    "proof/list-first",
    `expected a list from version ${first}, got one from ${firstTransactionVersion}`,
  );
  expect(
    transactionInfos.length === count && count <= (limit ?? count),
    "proof/list-length",
    `expected at most ${limit ?? "any number of"} transactions and an info each, got ${count} and ${transactionInfos.length}`,
  );
  expect(
    (events?.length ?? count) === count && (includeEvents ?? events !== undefined) === (events !== undefined),
    "proof/list-events",
    "expected events as asked for: for each transaction, or none at all",
  );
  if (first !== undefined) checkVersion(verified, first + BigInt(count) - 1n);
  const root = verified.ledgerInfo.commitInfo.executedStateId;
  verifyRange(hashTransactionAccumulatorNode, root, first, transactionInfos.map(transactionInfoHash), range);
  return transactions.map((shown, i) =>
    matchTransactionInfo(transactionInfos[i] as TransactionInfo, (first ?? 0n) + BigInt(i), shown, events?.[i]),
  );
};
