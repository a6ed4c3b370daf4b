import { PdiemError } from "@pdiem/light-client/error";

/** An error that a JSON-RPC client is told: `rpcCode` and `data` as Substrate nodes send them. */
export class RpcError extends PdiemError {
  override readonly name = "RpcError";
  constructor(
    readonly rpcCode: number,
    code: `rpc/${string}`,
    message: string,
    readonly data?: string,
  ) {
    super(code, message);
  }
}

export const invalidParams = (message: string): RpcError => new RpcError(-32602, "rpc/invalid-params", message);

export const methodNotFound = (method: string): RpcError =>
  new RpcError(-32601, "rpc/method-not-found", `Method not found: ${method.slice(0, 100)}`);

/** Refuses a hash that isn't a block of this chain, or no longer has what was asked for. */
export const unknownBlock = (what: string): RpcError => new RpcError(-32000, "rpc/unknown-block", what);
