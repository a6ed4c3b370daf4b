/** A transaction before it is signed, and what its signers sign. Source: types/src/transaction/mod.rs. */
import { type Codec, enumeration, mapped, string, struct, u8, u64, vector } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { signingMessageOf } from "../hashing.js";
import { type TransactionPayload, transactionPayload } from "./transaction-payload.js";

export interface RawTransaction {
  readonly sender: AccountAddress;
  readonly sequenceNumber: bigint;
  readonly payload: TransactionPayload;
  readonly maxGasAmount: bigint;
  /** In micro units of the gas currency. */
  readonly gasUnitPrice: bigint;
  readonly gasCurrencyCode: string;
  /** The transaction executes only in a block whose time, in whole seconds, is *below* this. */
  readonly expirationTimestampSecs: bigint;
  readonly chainId: number;
}

/** What the signers of a transaction with several of them sign: since release 1.3. */
export interface MultiAgentTransaction {
  readonly rawTransaction: RawTransaction;
  readonly secondarySignerAddresses: readonly AccountAddress[];
}

export const rawTransaction: Codec<RawTransaction> = struct<RawTransaction>({
  sender: accountAddress,
  sequenceNumber: u64,
  payload: transactionPayload,
  maxGasAmount: u64,
  gasUnitPrice: u64,
  gasCurrencyCode: string,
  expirationTimestampSecs: u64,
  chainId: u8,
});

const multiAgent = struct<MultiAgentTransaction>({
  rawTransaction,
  secondarySignerAddresses: vector(accountAddress),
});

/** `RawTransactionWithData`, whose only variant is `MultiAgent`. */
export const multiAgentTransaction: Codec<MultiAgentTransaction> = mapped(
  enumeration("RawTransactionWithData", { multiAgent: [0, multiAgent] }),
  (data) => data.value,
  (value) => ({ type: "multiAgent", value }) as const,
);

/** The message that a single signer signs. */
export const signingMessage = signingMessageOf("RawTransaction", rawTransaction);

/** The message that every signer of a multi-agent transaction signs. */
export const multiAgentSigningMessage = signingMessageOf("RawTransactionWithData", multiAgentTransaction);
