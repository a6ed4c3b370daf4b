/** Errors of the JSON-RPC interface. Source: diem/diem json-rpc/types/src/errors.rs. */
import { type StatusName, statusCategory, statusCode } from "@pdiem/chain-formats/diem/transactions/status-code";
import type { Json } from "./json-writer.js";

/** What a request is answered with instead of a result. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  constructor(
    readonly code: number,
    message: string,
    readonly data: Json = null,
  ) {
    super(message);
  }
}

export const invalidFormat = (): RpcError => new RpcError(-32604, "Invalid request format");

/** @param detail without one, the request isn't JSON-RPC 2.0 */
export const invalidRequest = (detail?: string): RpcError =>
  new RpcError(-32600, detail === undefined ? "Invalid Request" : `Invalid Request: ${detail}`);

export const methodNotFound = (): RpcError => new RpcError(-32601, "Method not found");

export const invalidParams = (method: string): RpcError =>
  new RpcError(-32602, `Invalid params for method '${method}'`);

export const invalidParam = (detail: string): RpcError => new RpcError(-32602, `Invalid param ${detail}`);

export const serverError = (detail: string): RpcError => new RpcError(-32000, `Server error: ${detail}`);

export const vmError = (status: StatusName): RpcError =>
  new RpcError(-32001, `Server error: VM ${statusCategory(statusCode(status))} error: ${status}`, {
    StatusCode: statusCode(status),
  });

const MEMPOOL_CODES = { full: -32008, tooMany: -32009, invalidUpdate: -32010 } as const;

export const mempoolError = (kind: keyof typeof MEMPOOL_CODES, message: string): RpcError =>
  new RpcError(MEMPOOL_CODES[kind], `Server error: Mempool submission error: ${JSON.stringify(message)}`);
