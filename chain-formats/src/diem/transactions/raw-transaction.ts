/**
 * A transaction before it is signed, and what its signers sign. Source:
 * types/src/transaction/mod.rs.
 */
import { type Codec, struct, vector, versioned } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { signingMessageOf } from "@pdiem/light-client/diem/hashing";
import { type RawTransactionOf, rawTransactionOf } from "@pdiem/light-client/diem/transactions/raw-transaction-of";
import { type TransactionPayload, transactionPayload } from "./transaction-payload.js";

export type RawTransaction = RawTransactionOf<TransactionPayload>;

/** What the signers of a transaction with several of them sign: since release 1.3. */
export interface MultiAgentTransaction {
  readonly rawTransaction: RawTransaction;
  readonly secondarySignerAddresses: readonly AccountAddress[];
}

export const rawTransaction: Codec<RawTransaction> = rawTransactionOf(transactionPayload);

const multiAgent = struct<MultiAgentTransaction>({
  rawTransaction,
  secondarySignerAddresses: vector(accountAddress),
});

/** `RawTransactionWithData`, whose only variant is `MultiAgent`. */
export const multiAgentTransaction: Codec<MultiAgentTransaction> = versioned("RawTransactionWithData", multiAgent);

/** The message that a single signer signs. */
export const signingMessage = signingMessageOf("RawTransaction", rawTransaction);

/** The message that every signer of a multi-agent transaction signs. */
export const multiAgentSigningMessage = signingMessageOf("RawTransactionWithData", multiAgentTransaction);
