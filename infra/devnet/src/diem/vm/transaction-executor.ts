/**
 * Executes a user's transaction: prologue, payload, epilogue. Source: diem/diem
 * language/diem-vm/src/diem_vm.rs.
 */

import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { StatusName } from "@pdiem/chain-formats/diem/transactions/status-code";
import type { KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { CORE_CODE_ADDRESS } from "@pdiem/light-client/diem/transactions/type-tag";
import { TREASURY_COMPLIANCE } from "../well-known-addresses.js";
import { balanceOf } from "./currencies.js";
import { transactionFee } from "./framework-resources.js";
import { gasUsed } from "./gas.js";
import type { Session } from "./session.js";
import { runPayload } from "./transaction-payload-runner.js";
import { signatoriesOf, validateTransaction } from "./transaction-validator.js";

/** Discarded: it never gets a version. Kept: it does, whatever its status. */
export type Execution =
  | { readonly type: "discarded"; readonly status: StatusName }
  | {
      readonly type: "kept";
      readonly status: KeptVMStatus;
      readonly gasUsed: bigint;
      readonly session: Session;
    };

/** The payload left too little for the fee: limit exceeded, reason 1005. */
const CANNOT_PAY_GAS: KeptVMStatus = {
  type: "moveAbort",
  value: { location: { type: "module", value: { address: CORE_CODE_ADDRESS, name: "DiemAccount" } }, code: 257_288n },
};

/** Takes the fee and uses up the sequence number, also after an abort. */
const epilogue = (session: Session, raw: RawTransaction, gas: bigint): void => {
  const fee = gas * raw.gasUnitPrice;
  if (fee > 0n) {
    const held = session.get(raw.sender, balanceOf(raw.gasCurrencyCode)).coin;
    session.put(raw.sender, balanceOf(raw.gasCurrencyCode), { coin: held - fee });
    const fees = session.get(TREASURY_COMPLIANCE, transactionFee(raw.gasCurrencyCode));
    session.put(TREASURY_COMPLIANCE, transactionFee(raw.gasCurrencyCode), { ...fees, balance: fees.balance + fee });
  }
  const account = session.get(raw.sender, diemAccount);
  session.put(raw.sender, diemAccount, { ...account, sequenceNumber: account.sequenceNumber + 1n });
};

const canPay = (session: Session, raw: RawTransaction, gas: bigint): boolean =>
  (session.read(raw.sender, balanceOf(raw.gasCurrencyCode))?.coin ?? 0n) >= gas * raw.gasUnitPrice;

const failureOf = (status: KeptVMStatus, outOfGas: boolean): KeptVMStatus => {
  if (outOfGas) return { type: "outOfGas", value: undefined };
  return status.type === "executed" ? CANNOT_PAY_GAS : status;
};

/** @param before a session of the state before the transaction, in which nothing was done yet */
export const executeTransaction = (before: Session, transaction: SignedTransaction): Execution => {
  const { rawTransaction: raw } = transaction;
  const refusal = validateTransaction(before, transaction);
  if (refusal !== undefined) return { type: "discarded", status: refusal };
  const session = before.fork();
  const signers = signatoriesOf(transaction).map(({ address }) => address);
  const outcome = runPayload(session, signers, raw.payload);
  const gas = gasUsed(before, outcome);
  const outOfGas = gas > raw.maxGasAmount;
  const charged = outOfGas ? raw.maxGasAmount : gas;
  if (!outOfGas && outcome.status.type === "executed" && canPay(session, raw, charged)) {
    epilogue(session, raw, charged);
    return { type: "kept", status: outcome.status, gasUsed: charged, session };
  }
  const reverted = before.fork();
  epilogue(reverted, raw, charged);
  return { type: "kept", status: failureOf(outcome.status, outOfGas), gasUsed: charged, session: reverted };
};
