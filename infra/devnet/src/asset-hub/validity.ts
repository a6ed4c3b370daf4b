/** What the runtime says of extrinsics. Source: sp_runtime::transaction_validity. */
import { readAll } from "@pdiem/light-client/codec/reader";
import { bytes, vector } from "@pdiem/light-client/codec/scale";
import { RpcError } from "../json-rpc/error.js";

/** Why an extrinsic is not included. `retry`: it may be in a later block. */
export interface Invalidity {
  readonly reason: string;
  readonly retry: boolean;
}

export interface ValidTransaction {
  readonly priority: bigint;
  /** Tags that other transactions must have provided, such as the nonce before. */
  readonly requires: readonly Uint8Array[];
  readonly provides: readonly Uint8Array[];
  /** In blocks. */
  readonly longevity: bigint;
  readonly propagate: boolean;
}

const FUTURE = 2;
const EXHAUSTS_RESOURCES = 6;

/** By index of `InvalidTransaction`, worded as Substrate nodes do. */
const INVALID = [
  "Transaction call is not expected",
  "Inability to pay some fees (e.g. account balance too low)",
  "Transaction will be valid in the future",
  "Transaction is outdated",
  "Transaction has a bad signature",
  "Transaction has an ancient birth block",
  "Transaction would exhaust the block limits",
  "Custom error",
  "A call was labelled as mandatory, but resulted in an Error.",
  "Transaction dispatch is mandatory; transactions must not be validated.",
] as const;

const UNKNOWN = [
  "Could not lookup information required to validate the transaction",
  "Could not find an unsigned validator for the unsigned transaction",
  "Custom unknown error",
] as const;

const readInvalidity = (encoded: Uint8Array): Invalidity => {
  const [, kind = 0, index = 0] = encoded;
  if (kind === 1) return { reason: UNKNOWN[index] ?? `Unknown validity error ${index}`, retry: false };
  return {
    reason: INVALID[index] ?? `Invalid transaction error ${index}`,
    retry: index === FUTURE || index === EXHAUSTS_RESOURCES,
  };
};

/**
 * Reads the outcome; undefined when `ApplyExtrinsicResult` says that the extrinsic is in the block,
 * whether or not its call succeeded.
 */
export const applyOutcome = (result: Uint8Array): Invalidity | undefined =>
  result[0] === 0 ? undefined : readInvalidity(result);

/**
 * Reads what the runtime says of an extrinsic.
 * @throws RpcError 1010, which `author_submitExtrinsic` answers for an invalid extrinsic
 */
export const readValidity = (result: Uint8Array): ValidTransaction => {
  if (result[0] !== 0) {
    const { reason } = readInvalidity(result);
    throw new RpcError(result[1] === 1 ? 1011 : 1010, "rpc/invalid-transaction", "Invalid Transaction", reason);
  }
  return readAll(result, (reader) => {
    reader.u8();
    return {
      priority: reader.u64(),
      requires: vector(bytes).read(reader),
      provides: vector(bytes).read(reader),
      longevity: reader.u64(),
      propagate: reader.u8() === 1,
    };
  });
};
