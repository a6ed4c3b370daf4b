/** Errors that a Diem node answers with. Source: json-rpc/types/src/errors.rs. */
import type { Retry } from "@pdiem/light-client/error";
import { z } from "zod";
import { RpcError } from "../../error.js";
import type { Json } from "./lossless.js";

interface Kind {
  readonly code: string;
  readonly retry: Retry;
}

// What may pass by itself is retried; -32000 reports lasting faults too, so retries must be
// counted.
const KINDS: ReadonlyMap<bigint, Kind> = new Map<bigint, Kind>([
  [-32700n, { code: "rpc/parse-error", retry: "never" }],
  [-32600n, { code: "rpc/invalid-request", retry: "never" }],
  [-32601n, { code: "rpc/method-not-found", retry: "never" }],
  [-32602n, { code: "rpc/invalid-params", retry: "never" }],
  [-32604n, { code: "rpc/invalid-format", retry: "never" }],
  [-32000n, { code: "rpc/server-error", retry: "backoff" }],
  [-32001n, { code: "rpc/vm-validation", retry: "never" }],
  [-32002n, { code: "rpc/vm-verification", retry: "never" }],
  [-32003n, { code: "rpc/vm-invariant-violation", retry: "backoff" }],
  [-32004n, { code: "rpc/vm-deserialization", retry: "never" }],
  [-32005n, { code: "rpc/vm-execution", retry: "backoff" }],
  [-32006n, { code: "rpc/vm-unknown", retry: "backoff" }],
  [-32007n, { code: "rpc/mempool-sequence-number", retry: "never" }],
  [-32008n, { code: "rpc/mempool-full", retry: "backoff" }],
  [-32009n, { code: "rpc/mempool-too-many", retry: "backoff" }],
  [-32010n, { code: "rpc/mempool-update", retry: "never" }],
  [-32011n, { code: "rpc/mempool-vm", retry: "never" }],
  [-32012n, { code: "rpc/mempool-unknown", retry: "backoff" }],
]);

/** A node's refusal. `rpcCode` is the node's number; `statusCode` the VM's, where there is one. */
export class NodeError extends RpcError {
  override readonly name = "NodeError";
  constructor(
    code: string,
    message: string,
    retry: Retry,
    readonly rpcCode: bigint,
    readonly statusCode: bigint | undefined,
  ) {
    super(code, message, retry);
  }
}

const shape = z.object({ code: z.bigint(), message: z.string(), data: z.unknown().optional() });
const vmData = z.object({ StatusCode: z.bigint() });

// As nodes word it that don't know the version asked for yet: they, or others, will.
const LACKS_A_VERSION = /should be <= known latest version|accumulator is bigger than this one/;

/** Tells whether a node refuses because it is behind what it is asked for. */
export const isBehind = ({ message }: Pick<NodeError, "message">): boolean => LACKS_A_VERSION.test(message);

/** Reads the error of a response's `error` field; undefined when that isn't of the form of one. */
export const readNodeError = (error: Json): NodeError | undefined => {
  const { success, data } = shape.safeParse(error);
  if (!success) return undefined;
  const kind = KINDS.get(data.code) ?? { code: "rpc/other-error", retry: "backoff" };
  const retry = isBehind(data) ? "backoff" : kind.retry;
  const statusCode = vmData.safeParse(data.data).data?.StatusCode;
  return new NodeError(kind.code, `the node answers ${data.code}: ${data.message}`, retry, data.code, statusCode);
};
