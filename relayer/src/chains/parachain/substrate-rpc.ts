import { z } from "zod";
import { RpcError } from "../../error.js";
import type { ObservedFinality } from "../observed.js";
import type { Endpoints } from "../rpc/endpoints.js";
import { type Bounds, requestOk } from "../rpc/http.js";
import { type BeginHex, beginBy } from "./begun-hex.js";
import type { SubstrateCall } from "./substrate-call.js";

export type { SubstrateCall } from "./substrate-call.js";

const response = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
});

/**
 * What the node itself answered with, kept apart from transport faults: a pruned block, an unknown
 * method.
 */
export class NodeError extends RpcError {
  override readonly name = "NodeError";
  constructor(
    readonly rpcCode: number,
    message: string,
  ) {
    super("rpc/refused", message, "backoff");
  }
}

const parse = (url: string, text: string): z.output<typeof response> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RpcError("rpc/form", `expected JSON from ${url}, got: ${text.slice(0, 100)}`, "backoff", { cause });
  }
  const checked = response.safeParse(value);
  if (!checked.success)
    throw new RpcError("rpc/form", `expected a JSON-RPC response from ${url}: ${checked.error.message}`, "backoff");
  return checked.data;
};

/**
 * Calls one Substrate node by JSON-RPC 2.0 over HTTP.
 * @param send one request's body: gives the answer's
 * @throws RpcError `rpc/form`, `rpc/refused` (NodeError), or of `send`
 */
export const callBy =
  (url: string, send: (body: string) => Promise<string>): SubstrateCall =>
  async (method, params, schema) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const { result, error } = parse(url, await send(body));
    if (error !== undefined)
      throw new NodeError(error.code, `${method} at ${url}: ${error.message.slice(0, 300)} (${error.code})`);
    const checked = schema.safeParse(result);
    if (checked.success) return checked.data;
    throw new RpcError(
      "rpc/form",
      `expected another result of ${method} from ${url}: ${checked.error.message}`,
      "backoff",
    );
  };

/** Calls one node by itself. */
export const callNode = (url: string, bounds: Bounds): SubstrateCall =>
  callBy(url, (body) => requestOk(url, bounds, body));

/** One of a chain's nodes. */
export interface SubstrateNode {
  readonly url: string;
  readonly call: SubstrateCall;
  readonly begin: BeginHex;
  /** Takes every finality proof that it shows, verified or refused. */
  readonly observed: (shown: Omit<ObservedFinality, "url">) => void;
}

/**
 * One Substrate chain over several nodes: all calls made in `work` go to one node, so that its
 * answers fit together.
 */
export interface SubstrateRpc {
  readonly run: <T>(
    work: (call: SubstrateCall, node: SubstrateNode) => Promise<T>,
    isFresh?: (value: T) => boolean,
  ) => Promise<T>;
  /** Each by itself, for asking them all. */
  readonly nodes: readonly SubstrateNode[];
  readonly endpoints: Endpoints;
}

/** @param observe told of what nodes show to be final, if it is a chain with finality of its own */
export const createSubstrateRpc = (
  endpoints: Endpoints,
  bounds: Bounds,
  observe: (shown: ObservedFinality) => void = () => undefined,
): SubstrateRpc => {
  const nodeAt = (url: string): SubstrateNode => ({
    url,
    call: callNode(url, bounds),
    begin: beginBy((until) =>
      callBy(
        url,
        until((body, isEnough) => requestOk(url, bounds, body, { isEnough })),
      ),
    ),
    observed: (shown) => observe({ url, ...shown }),
  });
  return {
    run: (work, isFresh) =>
      endpoints.run((url) => {
        const node = nodeAt(url);
        return work(node.call, node);
      }, isFresh),
    nodes: endpoints.health().map(({ url }) => nodeAt(url)),
    endpoints,
  };
};
