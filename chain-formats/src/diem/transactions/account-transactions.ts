/**
 * A run of an account's transactions. Source: diem/diem types/src/transaction/mod.rs
 * (`AccountTransactionsWithProof`).
 */
import { type Codec, vector } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { ProofError } from "@pdiem/light-client/error";
import {
  type TransactionWithProof,
  transactionWithProof,
  type VerifiedUserTransaction,
  verifyUserTransaction,
} from "../proofs/transaction-proof.js";

export type AccountTransactionsWithProof = readonly TransactionWithProof[];

export const accountTransactionsWithProof: Codec<AccountTransactionsWithProof> = vector(transactionWithProof);

/** `version`: none may be later; the ledger info's, unless said otherwise. */
export interface AccountTransactionsQuery {
  readonly sender: AccountAddress;
  readonly start: bigint;
  readonly limit: number;
  readonly includeEvents: boolean;
  readonly version?: bigint | undefined;
}

/**
 * Checks that these are the sender's transactions from `start` on, one after the other. A server
 * may keep the last ones back. How many there are is known only from the proven sequence number of
 * the account.
 * @throws ProofError `proof/list-length`, `proof/list-events`, `proof/version-too-new`, or of
 * `verifyUserTransaction`
 */
export const verifyAccountTransactions = (
  verified: VerifiedLedgerInfo,
  { sender, start, limit, includeEvents, version }: AccountTransactionsQuery,
  proofs: AccountTransactionsWithProof,
): readonly VerifiedUserTransaction[] => {
  if (proofs.length > limit)
    throw new ProofError("proof/list-length", `expected at most ${limit} transactions, got ${proofs.length}`);
  return proofs.map((proof, i) => {
    if ((proof.events !== undefined) !== includeEvents)
      throw new ProofError("proof/list-events", `expected events ${includeEvents ? "with" : "left out of"} each one`);
    if (version !== undefined && proof.version > version)
      throw new ProofError("proof/version-too-new", `expected versions of at most ${version}, got ${proof.version}`);
    return verifyUserTransaction(verified, proof, { sender, sequenceNumber: start + BigInt(i) });
  });
};
