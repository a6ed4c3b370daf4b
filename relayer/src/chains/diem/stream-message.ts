/**
 * Messages of the experimental WebSocket stream. They prove nothing: use them to wake up, and fetch
 * proofs. Source: json-rpc/types/src/stream/response.rs.
 */
import { z } from "zod";
import { RpcError } from "../../error.js";
import { type NodeError, readNodeError } from "./json-rpc-error.js";
import { type Json, parseLossless } from "./lossless.js";

export type StreamMessage =
  | { readonly kind: "subscribe"; readonly transactionVersion: bigint }
  | { readonly kind: "unsubscribe" }
  | { readonly kind: "item"; readonly item: Json }
  | { readonly kind: "error"; readonly error: NodeError };

const message = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.bigint(), z.null()]).optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
const subscribed = z.object({ status: z.literal("OK"), transaction_version: z.bigint() });
const unsubscribed = z.object({ unsubscribe: z.literal("OK") });

const malformed = (reason: string): RpcError =>
  new RpcError("rpc/malformed", `expected a message of the Diem stream: ${reason}`, "backoff");

/** @throws RpcError `rpc/malformed` */
export const parseStreamMessage = (
  text: string,
): { readonly id: string | bigint | null | undefined; readonly message: StreamMessage } => {
  const parsed = message.safeParse(parseLossless(text));
  if (!parsed.success) throw malformed(z.prettifyError(parsed.error));
  const { id, result, error } = parsed.data;
  if (error !== undefined && error !== null) {
    const read = readNodeError(error as Json);
    if (read === undefined) throw malformed("its error has no code and message");
    return { id, message: { kind: "error", error: read } };
  }
  const started = subscribed.safeParse(result);
  if (started.success)
    return { id, message: { kind: "subscribe", transactionVersion: started.data.transaction_version } };
  if (unsubscribed.safeParse(result).success) return { id, message: { kind: "unsubscribe" } };
  if (result === undefined) throw malformed("it has neither result nor error");
  return { id, message: { kind: "item", item: result as Json } };
};
