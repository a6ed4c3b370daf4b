/** One exchange with a node, as it went over the wire. */
import type { Envelope } from "@pdiem/relayer/chains/diem/json-rpc";
import { type Json, parseLossless } from "@pdiem/relayer/chains/diem/lossless";
import { attempt } from "./attempt.js";
import { type Fields, fieldsOf } from "./vector.js";

/** A call and its answer, one of a batch or alone. */
export interface Exchange {
  /** Empty where the request isn't a well-formed call. */
  readonly method: string;
  /** In the method's order, also where they came by name. */
  readonly params: readonly Json[];
  readonly response: Json;
}

export interface Recording {
  readonly name: string;
  readonly status: bigint;
  readonly body: string;
  readonly isBatch: boolean;
  /** False where the status says that the answer is JSON-RPC, and it isn't. */
  readonly isReadable: boolean;
  /** Empty where the answer isn't JSON-RPC. */
  readonly exchanges: readonly Exchange[];
}

export const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["submit", ["data"]],
  ["get_state_proof", ["version"]],
  ["get_account_state_with_proof", ["account", "version", "ledger_version"]],
  ["get_events", ["key", "start", "limit"]],
  ["get_events_with_proofs", ["key", "start", "limit"]],
  ["get_event_by_version_with_proof", ["key", "version"]],
  ["get_transactions_with_proofs", ["start_version", "limit", "include_events"]],
  ["get_account_transactions_with_proofs", ["account", "start", "limit", "include_events", "ledger_version"]],
  ["get_accumulator_consistency_proof", ["client_known_version", "ledger_version"]],
]);

const paramsOf = (method: string, params: Json | undefined): readonly Json[] => {
  if (Array.isArray(params)) return params;
  return isObject(params) ? (NAMES.get(method) ?? []).map((name) => params[name] ?? null) : [];
};

const exchange = (request: Json, response: Json): Exchange => {
  if (!isObject(request)) return { method: "", params: [], response };
  const method = typeof request.method === "string" ? request.method : "";
  return { method, params: paramsOf(method, request.params), response };
};

const exchangesOf = (request: Json, response: Json): readonly Exchange[] => {
  if (!Array.isArray(request) || !Array.isArray(response)) return [exchange(request, response)];
  return request.map((one: Json) => {
    const id = isObject(one) ? one.id : undefined;
    const answer = response.find((other: Json) => isObject(other) && other.id === id);
    return exchange(one, answer ?? null);
  });
};

/** @param line of `recordings.jsonl` */
export const readRecording = (line: string): Recording => {
  const fields: Fields = fieldsOf(parseLossless(line), "a recording");
  const status = fields.integer("status");
  const body = fields.text("response");
  const request = fields.json("request");
  const answer = status === 200n ? attempt(() => parseLossless(body)) : undefined;
  return {
    name: fields.text("name"),
    status,
    body,
    isBatch: Array.isArray(request),
    isReadable: status !== 200n || answer !== undefined,
    exchanges: answer === undefined ? [] : exchangesOf(request, answer),
  };
};

/** The result of an answer without error; undefined for one with. */
export const resultIn = ({ response }: Exchange): Json | undefined =>
  isObject(response) && !("error" in response) && "result" in response ? response.result : undefined;

/** Version of the ledger that the answer says it is given at. */
export const envelopeVersion = ({ response }: Exchange): Envelope["version"] =>
  fieldsOf(response, "a response").integer("diem_ledger_version");
