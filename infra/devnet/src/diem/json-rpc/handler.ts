/** From a request's text to the answer's. Source: diem/diem json-rpc/src/runtime.rs. */
import type { DiemChain } from "../diem-chain.js";
import { type JsonObject, type JsonValue, readJson } from "./json-reader.js";
import { type Json, type JsonMembers, writeJson } from "./json-writer.js";
import { accountMethods } from "./methods/account-methods.js";
import { chainMethods } from "./methods/chain-methods.js";
import { eventMethods } from "./methods/event-methods.js";
import type { Method } from "./methods/method.js";
import { transactionMethods } from "./methods/transaction-methods.js";
import { invalidFormat, invalidRequest, methodNotFound, RpcError } from "./rpc-error.js";
import { type Snapshot, takeSnapshot } from "./snapshot.js";

const MAX_BATCH = 20;

const METHODS: ReadonlyMap<string, Method> = new Map([
  ...chainMethods,
  ...accountMethods,
  ...eventMethods,
  ...transactionMethods,
]);

export interface Answer {
  readonly body: string;
  /** The one ledger info that all of the body is answered at. */
  readonly snapshot: Snapshot;
}

type Id = bigint | string | null;

const idOf = (request: JsonValue): Id => {
  const id = request instanceof Map ? (request as JsonObject).get("id") : undefined;
  return typeof id === "string" || (typeof id === "bigint" && id >= 0n) ? id : null;
};

const resultOf = (snapshot: Snapshot, request: JsonValue): Json => {
  if (!(request instanceof Map) || idOf(request) === null) throw invalidFormat();
  if (request.get("jsonrpc") !== "2.0") throw invalidRequest();
  const name = request.get("method");
  const method = typeof name === "string" ? METHODS.get(name) : undefined;
  if (method === undefined) throw methodNotFound();
  return method(snapshot, request.get("params"));
};

const envelope = ({ chain, version, timestampUsecs }: Snapshot, id: Id): JsonMembers => ({
  diem_chain_id: chain.chainId,
  diem_ledger_version: version,
  diem_ledger_timestampusec: timestampUsecs,
  jsonrpc: "2.0",
  id,
});

const errorMembers = ({ code, message, data }: RpcError): JsonMembers => ({ error: { code, message, data } });

const answer = (snapshot: Snapshot, request: JsonValue): Json => {
  try {
    return { ...envelope(snapshot, idOf(request)), result: resultOf(snapshot, request) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { ...envelope(snapshot, idOf(request)), ...errorMembers(error) };
  }
};

const answerAll = (snapshot: Snapshot, request: JsonValue): Json => {
  if (!Array.isArray(request)) return answer(snapshot, request);
  if (request.length <= MAX_BATCH) return request.map((one: JsonValue) => answer(snapshot, one));
  const error = invalidRequest(`batch size = ${request.length}, exceed limit ${MAX_BATCH}`);
  return { ...envelope(snapshot, null), ...errorMembers(error) };
};

/** @throws JsonSyntaxError */
export const handleRequest = (chain: DiemChain, body: string): Answer => {
  const request = readJson(body);
  const snapshot = takeSnapshot(chain);
  return { body: writeJson(answerAll(snapshot, request)), snapshot };
};
