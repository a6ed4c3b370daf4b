/** What a signed batch did with one transfer. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { feeOf } from "@pdiem/bridge/config/fee";
import { type GivenBack, numbersOf } from "@pdiem/bridge/ledger/journal-entry";
import { withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { compact, encode } from "@pdiem/light-client/codec/scale";
import type { Payment } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
import { contains, type JournalBatch, type JournalScope } from "../journal/journal-batch.js";
import { readBatchesUpTo } from "./signed-batch.js";
import type { SignedBatchText } from "./transfer-evidence.js";

/** Batches as they are told. @param anchor in force, 32 bytes */
export interface ToldBatches {
  readonly config: BridgeConfig;
  readonly scope: JournalScope;
  readonly anchor: Uint8Array;
  readonly batches: readonly SignedBatchText[];
}

export interface ProvenDeposit {
  readonly number: bigint;
  readonly payment: Pick<Payment, "currency" | "amount">;
  /** The account that it is for, 32 bytes; undefined where that isn't shown. */
  readonly account: Uint8Array | undefined;
}

export type SettledDeposit =
  | { readonly type: "minted"; readonly account: Uint8Array; readonly amount: bigint; readonly currency: string }
  | { readonly type: "kept" }
  | { readonly type: "other" };

/** `MultiAddress::Id`. */
const ID = Uint8Array.of(0);

/** Finds the mint among the batch's calls: its beneficiary, and the amount behind it. */
const isMinted = ({ extrinsic }: JournalBatch, account: Uint8Array, amount: bigint): boolean =>
  contains(extrinsic, concat(ID, account, encode(compact, amount)));

const missing = (): never => {
  throw new ProofError("proof/transfer", "expected the transfer's own batch, it isn't among those shown");
};

/**
 * Tells how a deposit ended that its batch took up. Batches begin with the one before that.
 * @throws ProofError `proof/transfer` where that batch did nothing with it; those of
 * `readBatchesUpTo`
 */
export const settledDeposit = (
  { config, scope, anchor, batches }: ToldBatches,
  { number, payment, account }: ProvenDeposit,
): SettledDeposit => {
  const [before, own] = readBatchesUpTo(scope, anchor, batches);
  if (before === undefined || own === undefined) return missing();
  const isTakenUp = before.entry.ledger.deposits <= number && number < own.entry.ledger.deposits;
  // What waited before may end in any later batch that clears leaves.
  if (!isTakenUp && own.entry.cleared.length === 0) return missing();
  if (numbersOf(own.entry.waiting.deposits).includes(number)) return missing();
  if (numbersOf(own.entry.kept).includes(number)) return { type: "kept" };
  const currency = config.currencies.find(({ code }) => code === payment.currency);
  if (currency === undefined || account === undefined) return { type: "other" };
  const amount = payment.amount - feeOf(currency.fees.deposit, payment.amount);
  return isMinted(own, account, amount) ? { type: "minted", account, amount, currency: currency.code } : missing();
};

/**
 * Finds what was given back of a withdrawal at once, in the second of these batches.
 * @param account hex
 * @throws ProofError `proof/transfer`; those of `readBatchesUpTo`
 */
export const settledWithdrawal = (
  { scope, anchor, batches }: ToldBatches,
  account: string,
  currency: string,
): GivenBack => {
  const [, own] = readBatchesUpTo(scope, anchor, batches);
  const found = own?.entry.givenBack.find(
    (one) => one.currency === currency && toHex(withdrawalAccount(scope.bridgeId, one.preimage)) === account,
  );
  return found ?? missing();
};
