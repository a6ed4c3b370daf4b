/**
 * What a node tells without proof: for people and for checks of a set-up, never for deciding over
 * money. Unknown types stay as they came. Source: json-rpc/types/src/views.rs.
 */
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { EventKey } from "@pdiem/light-client/diem/state/event";
import { z } from "zod";
import type { JsonRpcCall } from "./json-rpc.js";
import { shaped } from "./result-shape.js";

/** An object told apart by `type`; its other fields as they came. */
const tagged = z.looseObject({ type: z.string() });
const amount = z.object({ amount: z.bigint(), currency: z.string() });

const metadata = z.object({
  version: z.bigint(),
  accumulator_root_hash: z.string(),
  timestamp: z.bigint(),
  chain_id: z.bigint(),
  script_hash_allow_list: z.array(z.string()).nullish(),
  module_publishing_allowed: z.boolean().nullish(),
  diem_version: z.bigint().nullish(),
  dual_attestation_limit: z.bigint().nullish(),
});

/** `address` and `version` are missing from servers before release 1.2. */
const account = z.object({
  address: z.string().optional(),
  balances: z.array(amount),
  sequence_number: z.bigint(),
  authentication_key: z.string(),
  sent_events_key: z.string(),
  received_events_key: z.string(),
  delegated_key_rotation_capability: z.boolean(),
  delegated_withdrawal_capability: z.boolean(),
  is_frozen: z.boolean(),
  role: tagged,
  version: z.bigint().optional(),
});

const event = z.object({
  key: z.string(),
  sequence_number: z.bigint(),
  transaction_version: z.bigint(),
  data: tagged,
});

const transaction = z.object({
  version: z.bigint(),
  transaction: tagged,
  hash: z.string(),
  bytes: z.string(),
  events: z.array(event),
  vm_status: tagged,
  gas_used: z.bigint(),
});

const currency = z.object({
  code: z.string(),
  scaling_factor: z.bigint(),
  fractional_part: z.bigint(),
  to_xdx_exchange_rate: z.union([z.number(), z.bigint()]).transform(Number),
  mint_events_key: z.string(),
  burn_events_key: z.string(),
  preburn_events_key: z.string(),
  cancel_burn_events_key: z.string(),
  exchange_rate_update_events_key: z.string(),
});

export type MetadataView = z.infer<typeof metadata>;
export type AccountView = z.infer<typeof account>;
export type EventView = z.infer<typeof event>;
export type TransactionView = z.infer<typeof transaction>;
export type CurrencyView = z.infer<typeof currency>;

/** @param version the latest if left out; only that comes with the chain's settings */
export const getMetadata = (version?: bigint): JsonRpcCall<MetadataView> => ({
  method: "get_metadata",
  params: version === undefined ? [] : [version],
  read: (result) => shaped(metadata, result),
});

/** Asks for an account; undefined when there is no such account. */
export const getAccount = (address: AccountAddress): JsonRpcCall<AccountView | undefined> => ({
  method: "get_account",
  params: [toHex(address)],
  read: (result) => shaped(account.nullable(), result) ?? undefined,
});

/** Asks for a transaction; undefined when the account hasn't used that sequence number. */
export const getAccountTransaction = (
  address: AccountAddress,
  sequenceNumber: bigint,
  includeEvents: boolean,
): JsonRpcCall<TransactionView | undefined> => ({
  method: "get_account_transaction",
  params: [toHex(address), sequenceNumber, includeEvents],
  read: (result) => shaped(transaction.nullable(), result) ?? undefined,
});

export const getAccountTransactions = (
  address: AccountAddress,
  start: bigint,
  limit: number,
  includeEvents: boolean,
): JsonRpcCall<readonly TransactionView[]> => ({
  method: "get_account_transactions",
  params: [toHex(address), start, BigInt(limit), includeEvents],
  read: (result) => shaped(z.array(transaction).max(limit), result),
});

export const getTransactions = (
  startVersion: bigint,
  limit: number,
  includeEvents: boolean,
): JsonRpcCall<readonly TransactionView[]> => ({
  method: "get_transactions",
  params: [startVersion, BigInt(limit), includeEvents],
  read: (result) => shaped(z.array(transaction).max(limit), result),
});

export const getEvents = (key: EventKey, start: bigint, limit: number): JsonRpcCall<readonly EventView[]> => ({
  method: "get_events",
  params: [toHex(key), start, BigInt(limit)],
  read: (result) => shaped(z.array(event).max(limit), result),
});

export const getCurrencies = (): JsonRpcCall<readonly CurrencyView[]> => ({
  method: "get_currencies",
  params: [],
  read: (result) => shaped(z.array(currency), result),
});
