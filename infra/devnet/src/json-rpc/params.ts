/** Parsing of JSON-RPC parameters: each throws RpcError `rpc/invalid-params`. */
import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { invalidParams } from "./error.js";

export type Params = readonly unknown[];

/** Reads `0x` and an even number of hex digits. */
export const hexParam = (params: Params, index: number, length?: number): Uint8Array => {
  const value = params[index];
  if (typeof value !== "string" || !value.startsWith("0x"))
    throw invalidParams(`expected parameter ${index} to be 0x-prefixed hex`);
  try {
    return fromHex(value, length);
  } catch (error) {
    throw isPdiemError(error) ? invalidParams(`parameter ${index}: ${error.message}`) : error;
  }
};

/**
 * Reads a 32-byte hash, or undefined where null or nothing was given: the best block, by
 * Substrate's convention.
 */
export const hashParam = (params: Params, index: number): Uint8Array | undefined =>
  params[index] === undefined || params[index] === null ? undefined : hexParam(params, index, 32);

/** Reads a list of hex strings, at most 1,000. */
export const hexListParam = (params: Params, index: number): readonly Uint8Array[] => {
  const value = params[index];
  if (!Array.isArray(value) || value.length > 1000)
    throw invalidParams(`expected parameter ${index} to be a list of at most 1000 hex strings`);
  return value.map((_, i) => hexParam(value, i));
};

/** Reads a block number, as a JSON number or `0x` hex (big endian), as Substrate takes both. */
export const parseNumber = (value: unknown): number => {
  const number = typeof value === "string" && /^0x[0-9a-fA-F]{1,8}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > 0xffff_ffff)
    throw invalidParams("expected a block number");
  return number;
};

export const textParam = (params: Params, index: number): string => {
  const value = params[index];
  if (typeof value !== "string") throw invalidParams(`expected parameter ${index} to be a string`);
  return value;
};
