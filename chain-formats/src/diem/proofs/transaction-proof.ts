/**
 * Proves that a transaction is on the chain, and what came of it. Source: diem/diem
 * types/src/transaction/mod.rs (`TransactionWithProof`).
 */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { type Codec, option, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import type { HashValue } from "@pdiem/light-client/diem/hash-value";
import { hashEventAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import type { KeptVMStatus, TransactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import {
  type TransactionInfoWithProof,
  transactionInfoWithProof,
  verifyTransactionInfo,
} from "@pdiem/light-client/diem/proofs/transaction-info-proof";
import { type ContractEvent, contractEvent, contractEventHash } from "@pdiem/light-client/diem/state/event";
import { ProofError } from "@pdiem/light-client/error";
import { type SignedTransaction, type Transaction, transaction, transactionHash } from "../transactions/transaction.js";
import { rootOfLeaves } from "./accumulator-range.js";

/** `events` is undefined where they weren't asked for. */
export interface TransactionWithProof {
  readonly version: bigint;
  readonly transaction: Transaction;
  readonly events: readonly ContractEvent[] | undefined;
  readonly proof: TransactionInfoWithProof;
}

export const transactionWithProof: Codec<TransactionWithProof> = struct<TransactionWithProof>({
  version: u64,
  transaction,
  events: option(vector(contractEvent)),
  proof: transactionInfoWithProof,
});

/**
 * Look at `status` before anything else. What didn't execute is on the chain all the same, but only
 * used gas and its sequence number.
 */
export interface VerifiedTransaction {
  readonly version: bigint;
  readonly transaction: Transaction;
  readonly hash: HashValue;
  readonly status: KeptVMStatus;
  readonly gasUsed: bigint;
  readonly events: readonly ContractEvent[] | undefined;
}

/** Computes the root of the accumulator of a transaction's events, in their order. */
export const eventRootHash = (events: readonly ContractEvent[]): HashValue =>
  rootOfLeaves(hashEventAccumulatorNode, events.map(contractEventHash));

/**
 * Checks a transaction, and its events where given, against its info; the info itself must be
 * proven as well.
 * @throws ProofError `proof/transaction-hash`, `proof/event-root`
 */
export const matchTransactionInfo = (
  info: TransactionInfo,
  version: bigint,
  shown: Transaction,
  events: readonly ContractEvent[] | undefined,
): VerifiedTransaction => {
  const hash = transactionHash(shown);
  if (!equal(hash, info.transactionHash))
    throw new ProofError(
      "proof/transaction-hash",
      `expected the transaction with hash ${toHex(info.transactionHash)} at version ${version}, got ${toHex(hash)}`,
    );
  if (events !== undefined && !equal(eventRootHash(events), info.eventRootHash))
    throw new ProofError("proof/event-root", `the events aren't those of the transaction at version ${version}`);
  return { version, transaction: shown, hash, status: info.status, gasUsed: info.gasUsed, events };
};

/**
 * Checks a transaction of whatever kind at the version that the caller asked for.
 * @throws ProofError `proof/version`, `proof/transaction-hash`, `proof/event-root`, or of
 * `verifyTransactionInfo`
 */
export const verifyTransaction = (
  verified: VerifiedLedgerInfo,
  { version: actual, transaction: shown, events, proof }: TransactionWithProof,
  version: bigint,
): VerifiedTransaction => {
  if (actual !== version)
    throw new ProofError("proof/version", `expected the transaction at version ${version}, got ${actual}`);
  return matchTransactionInfo(verifyTransactionInfo(verified, version, proof), version, shown, events);
};

/** A user's transaction as its sender numbered it. */
export interface TransactionPlace {
  readonly sender: AccountAddress;
  readonly sequenceNumber: bigint;
}

export interface VerifiedUserTransaction extends VerifiedTransaction {
  readonly signed: SignedTransaction;
}

/**
 * Checks the transaction with which the sender used a sequence number, at whatever version. The
 * sender's signature isn't checked again: what is on the chain, validators accepted.
 * @throws ProofError `proof/not-user-transaction`, `proof/transaction-sender`,
 * `proof/transaction-sequence`, or of `verifyTransaction`
 */
export const verifyUserTransaction = (
  verified: VerifiedLedgerInfo,
  proof: TransactionWithProof,
  { sender, sequenceNumber }: TransactionPlace,
): VerifiedUserTransaction => {
  const { transaction: shown } = proof;
  if (shown.type !== "user")
    throw new ProofError("proof/not-user-transaction", `expected a user's transaction, got one of type ${shown.type}`);
  const raw = shown.value.rawTransaction;
  if (!equal(raw.sender, sender))
    throw new ProofError("proof/transaction-sender", `expected sender ${toHex(sender)}, got ${toHex(raw.sender)}`);
  if (raw.sequenceNumber !== sequenceNumber)
    throw new ProofError(
      "proof/transaction-sequence",
      `expected sequence number ${sequenceNumber}, got ${raw.sequenceNumber}`,
    );
  return { ...verifyTransaction(verified, proof, proof.version), signed: shown.value };
};
