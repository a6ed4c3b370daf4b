/**
 * JSON-RPC 2.0 requests and batches, apart from how they travel. Source:
 * https://www.jsonrpc.org/specification.
 */
import { isPdiemError } from "@pdiem/light-client/error";
import { methodNotFound, RpcError } from "./error.js";
import type { Params } from "./params.js";

/** Stops what a subscription started. */
export type Stop = () => void;

/** What a method can do with the connection that it was called on. */
export interface Connection {
  /**
   * Starts a subscription and returns its id; notifications are held back until the id has been
   * sent.
   * @throws RpcError `rpc/method-not-found` over HTTP
   */
  readonly subscribe: (notification: string, start: (notify: (result: unknown) => void) => Stop) => string;
  /** Ends a subscription; true if there was such a one. */
  readonly unsubscribe: (id: unknown) => boolean;
}

export type Method = (params: Params, connection: Connection) => unknown;
export type Methods = Readonly<Record<string, Method>>;

const MAX_BATCH = 1000;

interface Request {
  readonly id: string | number | null;
  readonly method: string;
  readonly params: Params;
}

const failure = (id: Request["id"], code: number, message: string, data?: string): object => ({
  jsonrpc: "2.0",
  id,
  error: data === undefined ? { code, message } : { code, message, data },
});

const parseRequest = (value: unknown): Request | undefined => {
  if (typeof value !== "object" || value === null || !("method" in value) || typeof value.method !== "string")
    return undefined;
  const id = "id" in value && (typeof value.id === "string" || typeof value.id === "number") ? value.id : null;
  const params = "params" in value && value.params !== null ? value.params : [];
  return Array.isArray(params) ? { id, method: value.method, params } : undefined;
};

const failureOf = (id: Request["id"], error: unknown): object => {
  if (error instanceof RpcError) return failure(id, error.rpcCode, error.message, error.data);
  if (isPdiemError(error)) return failure(id, -32000, error.message, error.code);
  return failure(id, -32603, error instanceof Error ? error.message : "Internal error");
};

const answer = async (methods: Methods, value: unknown, connection: Connection): Promise<object> => {
  const request = parseRequest(value);
  if (request === undefined) return failure(null, -32600, "Invalid request");
  try {
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method === undefined) throw methodNotFound(request.method);
    return { jsonrpc: "2.0", id: request.id, result: (await method(request.params, connection)) ?? null };
  } catch (error) {
    return failureOf(request.id, error);
  }
};

/** Answers a message: to one request, or to a batch. Never rejects. */
export const dispatch = async (methods: Methods, message: string, connection: Connection): Promise<string> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return JSON.stringify(failure(null, -32700, "Parse error"));
  }
  if (!Array.isArray(parsed)) return JSON.stringify(await answer(methods, parsed, connection));
  if (parsed.length === 0 || parsed.length > MAX_BATCH)
    return JSON.stringify(failure(null, -32600, `expected a batch of 1 to ${MAX_BATCH} requests`));
  return JSON.stringify(await Promise.all(parsed.map((request) => answer(methods, request, connection))));
};
