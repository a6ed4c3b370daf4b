/** One exchange with a node, as it went over the wire. */
import type { Envelope } from "@pdiem/relayer/diem/json-rpc";
import { type Json, parseLossless } from "@pdiem/relayer/diem/lossless";
import { type Fields, fieldsOf } from "./vector.js";

/** A call and its answer, one of a batch or alone. */
export interface Exchange {
  /** Empty where the request isn't a well-formed call. */
  readonly method: string;
  /** Empty unless they came as a list. */
  readonly params: readonly Json[];
  readonly response: Json;
}

export interface Recording {
  readonly name: string;
  readonly status: bigint;
  readonly body: string;
  readonly isBatch: boolean;
  /** Empty where the answer isn't JSON-RPC. */
  readonly exchanges: readonly Exchange[];
}

export const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const exchange = (request: Json, response: Json): Exchange => {
  if (!isObject(request)) return { method: "", params: [], response };
  const { method, params } = request;
  return {
    method: typeof method === "string" ? method : "",
    params: Array.isArray(params) ? params : [],
    response,
  };
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
  const isJsonRpc = status === 200n && body !== "";
  return {
    name: fields.text("name"),
    status,
    body,
    isBatch: Array.isArray(request),
    exchanges: isJsonRpc ? exchangesOf(request, parseLossless(body)) : [],
  };
};

/** The result of an answer without error; undefined for one with. */
export const resultIn = ({ response }: Exchange): Json | undefined =>
  isObject(response) && !("error" in response) && "result" in response ? response.result : undefined;

/** Version of the ledger that the answer says it is given at. */
export const envelopeVersion = ({ response }: Exchange): Envelope["version"] =>
  fieldsOf(response, "a response").integer("diem_ledger_version");
