/**
 * Parameters of a request: an array in the method's order, or an object by their names. Source:
 * diem/diem json-rpc/types/src/request.rs.
 */

import { type SignedTransaction, signedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { ACCOUNT_ADDRESS_LENGTH, type AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { EVENT_KEY_LENGTH, type EventKey } from "@pdiem/light-client/diem/state/event";
import { isPdiemError } from "@pdiem/light-client/error";
import type { JsonValue } from "./json-reader.js";
import { invalidParams } from "./rpc-error.js";

/**
 * Reads a parameter; `undefined` comes in where it was left out, and goes out where it doesn't
 * fit.
 */
export type Parameter<T> = (value: JsonValue | undefined) => { readonly value: T } | undefined;

const MAX_U64 = (1n << 64n) - 1n;

export const u64Param: Parameter<bigint> = (value) =>
  typeof value === "bigint" && value >= 0n && value <= MAX_U64 ? { value } : undefined;

export const boolParam: Parameter<boolean> = (value) => (typeof value === "boolean" ? { value } : undefined);

/** Null or left out: undefined. */
export const optional =
  <T>(parameter: Parameter<T>): Parameter<T | undefined> =>
  (value) =>
    value === undefined || value === null ? { value: undefined } : parameter(value);

const hexParam =
  <T>(read: (bytes: Uint8Array) => T, length?: number): Parameter<T> =>
  (value) => {
    if (typeof value !== "string" || value.startsWith("0x")) return undefined;
    try {
      return { value: read(fromHex(value, length)) };
    } catch (error) {
      if (isPdiemError(error)) return undefined;
      throw error;
    }
  };

export const addressParam: Parameter<AccountAddress> = hexParam((bytes) => bytes, ACCOUNT_ADDRESS_LENGTH);
export const eventKeyParam: Parameter<EventKey> = hexParam((bytes) => bytes, EVENT_KEY_LENGTH);
export const transactionParam: Parameter<SignedTransaction> = hexParam((bytes) => decode(signedTransaction, bytes));

type Layout = Readonly<Record<string, Parameter<unknown>>>;
export type Params<L extends Layout> = {
  readonly [K in keyof L]: NonNullable<ReturnType<L[K]>>["value"];
};

/** `names` may all be left out, with `params` itself, only if none is asked for. */
const valuesOf = (
  method: string,
  names: readonly string[],
  params: JsonValue | undefined,
  withoutParams: boolean,
): readonly (JsonValue | undefined)[] => {
  if (params === undefined || params === null) {
    if (!withoutParams) throw invalidParams(method);
    return [];
  }
  if (params instanceof Map) return names.map((name) => params.get(name));
  if (!Array.isArray(params) || params.length > names.length) throw invalidParams(method);
  return params;
};

/**
 * @param withoutParams whether the request may come without `params` at all
 * @throws RpcError -32602 for a parameter that is missing, surplus or of another type
 */
export const readParams = <const L extends Layout>(
  method: string,
  layout: L,
  params: JsonValue | undefined,
  withoutParams: boolean,
): Params<L> => {
  const names = Object.keys(layout);
  const values = valuesOf(method, names, params, withoutParams);
  const read = Object.entries(layout).map(([name, parameter], i) => {
    const found = parameter(values[i]);
    if (found === undefined) throw invalidParams(method);
    return [name, found.value] as const;
  });
  return Object.fromEntries(read) as Params<L>;
};
