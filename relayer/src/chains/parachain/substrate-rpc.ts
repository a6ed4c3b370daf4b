import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { z } from "zod";
import { BusyError, RpcError } from "../../error.js";
import type { ObservedFinality } from "../observed.js";
import type { Endpoints, RunOptions } from "../rpc/endpoints.js";
import { askAgain, type Bounds, requestOk } from "../rpc/http.js";
import { type BeginHex, beginBy } from "./begun-hex.js";
import type { SubstrateCall } from "./substrate-call.js";

export type { SubstrateCall } from "./substrate-call.js";

/** `"error": null` beside a result is none. */
const response = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).nullish(),
});
type Response = z.output<typeof response>;

/**
 * What the node itself answered with, kept apart from transport faults: a pruned block, an unknown
 * method.
 */
export class NodeError extends RpcError {
  override readonly name = "NodeError";
  constructor(
    readonly rpcCode: number,
    message: string,
    /** What the node adds, as text. */
    readonly data: string = "",
  ) {
    super("rpc/refused", message, "backoff");
  }
}

/** What a node answers that lacks a block which it is asked for. */
const LACKS_A_BLOCK =
  /unknown ?block|(?:block|header|state)[^.]*(?:not|n't)[^.]*(?:found|known|available|exist)|(?:not|n't) (?:find|found|get)|not covered/i;
/** What one answers that has thrown a state away: it won't come back. */
const HAS_PRUNED = /discarded|pruned/i;
/** JSON-RPC's own: its words say "not found", too, and no node behind the URL has more methods. */
const METHOD_NOT_FOUND = -32_601;
const NAMES_A_BLOCK = new Set(["chain_getHeader", "chain_getBlock", "chain_getBlockHash", "grandpa_proveFinality"]);

const isOfOneBehind = (method: string, { result, error }: Response): boolean => {
  if (error !== undefined && error !== null) {
    const said = `${error.message} ${textOf(error.data)}`;
    if (error.code === METHOD_NOT_FOUND) return false;
    return LACKS_A_BLOCK.test(said) && !HAS_PRUNED.test(said);
  }
  return NAMES_A_BLOCK.has(method) && (result ?? null) === null;
};

const textOf = (data: unknown): string => {
  if (data === undefined || data === null) return "";
  return (typeof data === "string" ? data : JSON.stringify(data)).slice(0, 200);
};

const TOO_MANY_REQUESTS = 429;
const ASKED_TOO_OFTEN_MS = 1_000;

const parse = (url: string, text: string): Response => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RpcError(
      "rpc/form",
      `expected JSON from ${endpointName(url)}, got: ${withoutSecrets(text.slice(0, 1_000), url).slice(0, 100)}`,
      "backoff",
      { cause },
    );
  }
  const checked = response.safeParse(value);
  if (!checked.success)
    throw new RpcError(
      "rpc/form",
      `expected a JSON-RPC response from ${endpointName(url)}: ${checked.error.message}`,
      "backoff",
    );
  return checked.data;
};

/**
 * Calls one Substrate node by JSON-RPC 2.0 over HTTP. Where the answer is that of a node which is
 * behind, the URL is asked again.
 * @param send one request's body, by a new connection or not
 * @throws BusyError; RpcError `rpc/form`, `rpc/refused` (NodeError), or of `send`
 */
export const callBy =
  (url: string, send: (body: string, isAnew: boolean) => Promise<string>): SubstrateCall =>
  async (method, params, schema) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const ask = async (isAnew: boolean): Promise<Response> => parse(url, await send(body, isAnew));
    const { result, error } = await askAgain(ask, (answer) => isOfOneBehind(method, answer));
    if (error !== undefined && error !== null) {
      const { code, message } = error;
      const data = textOf(error.data);
      const told = withoutSecrets(`${message.slice(0, 1_000)}${data === "" ? "" : `: ${data}`}`, url).slice(0, 500);
      const said = `${method} at ${endpointName(url)}: ${told} (${code})`;
      if (code === TOO_MANY_REQUESTS) throw new BusyError(said, ASKED_TOO_OFTEN_MS);
      throw new NodeError(code, said, data);
    }
    const checked = schema.safeParse(result);
    if (checked.success) return checked.data;
    throw new RpcError(
      "rpc/form",
      `expected another result of ${method} from ${endpointName(url)}: ${checked.error.message}`,
      "backoff",
    );
  };

/** Calls one node by itself. */
export const callNode = (url: string, bounds: Bounds): SubstrateCall =>
  callBy(url, (body, isAnew) => requestOk(url, bounds, body, { isAnew }));

/** One of a chain's nodes. */
export interface SubstrateNode {
  readonly url: string;
  readonly call: SubstrateCall;
  readonly begin: BeginHex;
  /** Takes every finality proof that it shows, verified or refused. */
  readonly observed: (shown: Omit<ObservedFinality, "url">) => void;
}

/**
 * One Substrate chain over several nodes. All calls made in `work` go to one node, so that its
 * answers fit together.
 */
export interface SubstrateRpc {
  readonly run: <T>(
    work: (call: SubstrateCall, node: SubstrateNode) => Promise<T>,
    options?: RunOptions<T>,
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
    call: callBy(url, (body, isAnew) => endpoints.ask(url, () => requestOk(url, bounds, body, { isAnew }))),
    begin: beginBy((until) =>
      callBy(
        url,
        until((body, isEnough) => endpoints.ask(url, () => requestOk(url, bounds, body, { isEnough }))),
      ),
    ),
    observed: (shown) => observe({ url, ...shown }),
  });
  return {
    run: (work, options) =>
      endpoints.run((url) => {
        const node = nodeAt(url);
        return work(node.call, node);
      }, options),
    nodes: endpoints.standings().map(({ url }) => nodeAt(url)),
    endpoints,
  };
};
