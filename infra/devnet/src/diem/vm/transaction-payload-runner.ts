/** Runs what a transaction asks for. */

import { legacyScriptName } from "@pdiem/chain-formats/diem/transactions/legacy-scripts";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import { transactionArgument } from "@pdiem/light-client/diem/transactions/script";
import { CORE_CODE_ADDRESS, type TypeTag } from "@pdiem/light-client/diem/transactions/type-tag";
import type { Payment } from "./dual-attestation.js";
import { MoveAbort, VerificationError } from "./move-abort.js";
import { functionNamed, runScriptFunction } from "./script-functions.js";
import type { Session } from "./session.js";

/** How a payload ended, and what it called as far as that is known. */
export interface Outcome {
  readonly status: KeptVMStatus;
  readonly call: { readonly name: string; readonly payment: Payment | undefined } | undefined;
}

interface Target {
  readonly module: { readonly address: AccountAddress; readonly name: string };
  readonly function: string;
  readonly tyArgs: readonly TypeTag[];
  readonly args: readonly Uint8Array[];
}

/**
 * From DiemVersion 2 on, known legacy scripts run as the functions that they became; their
 * arguments are the same bytes.
 */
const targetOf = (payload: TransactionPayload): Target | undefined => {
  if (payload.type === "scriptFunction") return payload.value;
  if (payload.type !== "script") return undefined;
  const name = legacyScriptName(payload.value.code);
  const found = name === undefined ? undefined : functionNamed(name);
  if (found === undefined) return undefined;
  return {
    module: { address: CORE_CODE_ADDRESS, name: found.module },
    function: found.function,
    tyArgs: payload.value.tyArgs,
    args: payload.value.args.map((argument) => encode(transactionArgument, argument).subarray(1)),
  };
};

const statusOf = (error: unknown): KeptVMStatus => {
  if (error instanceof VerificationError) return { type: "miscellaneousError", value: undefined };
  if (!(error instanceof MoveAbort)) throw error;
  const location = { type: "module", value: { address: CORE_CODE_ADDRESS, name: error.module } } as const;
  return { type: "moveAbort", value: { location, code: error.code } };
};

/**
 * Does the payload's work in the session, which is of no use afterwards unless the status is
 * `executed`.
 */
export const runPayload = (
  session: Session,
  signers: readonly AccountAddress[],
  payload: TransactionPayload,
): Outcome => {
  const target = targetOf(payload);
  if (target === undefined) return { status: { type: "miscellaneousError", value: undefined }, call: undefined };
  let payment: Payment | undefined;
  const note = (noted: Payment): void => {
    payment = noted;
  };
  const run = (): KeptVMStatus => {
    try {
      runScriptFunction({ session, signers, tyArgs: target.tyArgs, note }, target, target.args);
      return { type: "executed", value: undefined };
    } catch (error) {
      return statusOf(error);
    }
  };
  const status = run();
  return { status, call: { name: target.function, payment } };
};
