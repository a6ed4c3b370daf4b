/** Whatever takes a version of the ledger. Source: types/src/transaction/mod.rs. */
import { type Codec, enumeration, type Union } from "@pdiem/light-client/codec/bcs";
import { hashOf } from "@pdiem/light-client/diem/hashing";
import { type BlockMetadata, blockMetadata } from "./block-metadata.js";
import { type SignedTransaction, signedTransaction } from "./signed-transaction.js";
import { type WriteSetPayload, writeSetPayload } from "./write-set.js";

export { type SignedTransaction, signedTransaction, signRawTransaction } from "./signed-transaction.js";

interface TransactionVariants {
  readonly user: SignedTransaction;
  readonly genesis: WriteSetPayload;
  readonly blockMetadata: BlockMetadata;
}

export type Transaction = Union<TransactionVariants>;

export const transaction: Codec<Transaction> = enumeration<TransactionVariants>("Transaction", {
  user: [0, signedTransaction],
  genesis: [1, writeSetPayload],
  blockMetadata: [2, blockMetadata],
});

/** The hash that `TransactionInfo` holds. */
export const transactionHash = hashOf("Transaction", transaction);

/**
 * Computes the hash that a transaction will have once it is executed, known as soon as it is
 * signed.
 */
export const signedTransactionHash = (signed: SignedTransaction): Uint8Array =>
  transactionHash({ type: "user", value: signed });
