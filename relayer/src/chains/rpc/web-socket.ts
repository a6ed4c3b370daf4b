import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { WebSocket } from "ws";
import { z } from "zod";
import { BusyError, RpcError } from "../../error.js";
import { retryAfterMs } from "./http.js";

export interface WebSocketBounds {
  /** For the connection, and for each answer. */
  readonly timeoutMs: number;
  /** Limit for one message. */
  readonly maxMessageBytes: number;
}

/**
 * One connection to one node, for what nodes tell by themselves. It isn't made again once it has
 * ended.
 */
export interface NodeSocket {
  /** @throws RpcError `rpc/refused` with the node's words, `rpc/timeout`, `rpc/disconnected` */
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>;
  /**
   * Subscribes until the connection ends.
   * @param method that subscribes
   * @param hear told of each item, those before the subscription's name came among them
   * @throws RpcError of `call`; `rpc/form` for an answer that names no subscription
   */
  readonly subscribe: (method: string, hear: (item: unknown) => void) => Promise<void>;
  /** Resolves with the reason once the connection has ended, whoever ended it. */
  readonly ended: Promise<string>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const nodeError = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() });
const subscriptionId = z.union([z.string(), z.number()]);
type SubscriptionId = z.output<typeof subscriptionId>;
const message = z.object({
  id: z.number().nullish(),
  result: z.unknown().optional(),
  error: nodeError.nullish(),
  method: z.string().optional(),
  params: z.object({ subscription: subscriptionId, result: z.unknown() }).optional(),
});

const SHOWN = 256;
/** The wait where a node is asked too often and doesn't say for how long. */
const UNSAID_WAIT_MS = 1_000;
// A node may tell of a new subscription's first item before it has named the subscription.
const MOST_EARLY = 64;

const fault = (code: string, text: string): RpcError => new RpcError(code, text.slice(0, SHOWN), "backoff");

const errorOf = (url: string, { code, message: text, data }: z.output<typeof nodeError>): RpcError => {
  const told = withoutSecrets(`${text}${data === undefined ? "" : `: ${JSON.stringify(data)}`}`, url);
  return fault("rpc/refused", `${endpointName(url)} answers ${code}: ${told}`);
};

/** Speaks JSON-RPC 2.0 over a socket that is open. */
const speakOver = (socket: WebSocket, url: string, timeoutMs: number): NodeSocket => {
  const pending = new Map<number, Pending>();
  const subscriptions = new Map<SubscriptionId, (item: unknown) => void>();
  const early = new Map<SubscriptionId, unknown[]>();
  let isOpen = true;
  let lastId = 0;
  let tellEnd: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    tellEnd = resolve;
  });

  const deliver = (id: SubscriptionId, item: unknown): void => {
    const hear = subscriptions.get(id);
    if (hear !== undefined) hear(item);
    else if (early.size < MOST_EARLY) early.set(id, [...(early.get(id) ?? []).slice(-MOST_EARLY), item]);
  };

  const settle = (id: number, act: (one: Pending) => void): void => {
    const one = pending.get(id);
    if (one === undefined) return;
    pending.delete(id);
    clearTimeout(one.timer);
    act(one);
  };

  const end = (reason: string): void => {
    if (!isOpen) return;
    isOpen = false;
    socket.terminate();
    for (const id of [...pending.keys()])
      settle(id, ({ reject }) =>
        reject(fault("rpc/disconnected", `${endpointName(url)}: ${withoutSecrets(reason, url)}`)),
      );
    subscriptions.clear();
    early.clear();
    tellEnd(reason);
  };

  const hear = (text: string): void => {
    const { id, result, error, params } = message.parse(JSON.parse(text));
    if (params !== undefined) deliver(params.subscription, params.result);
    else if (typeof id === "number")
      settle(id, ({ resolve, reject }) => {
        if (error === undefined || error === null) resolve(result);
        else reject(errorOf(url, error));
      });
  };

  socket.on("message", (data: Buffer) => {
    try {
      hear(data.toString("utf8"));
    } catch (cause) {
      end(`it sent what isn't JSON-RPC: ${String(cause).slice(0, SHOWN)}`);
    }
  });
  socket.on("error", (error) => end(error.message));
  socket.on("close", () => end("closed"));

  const request = <T>(method: string, params: readonly unknown[], use: (result: unknown) => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (!isOpen) throw fault("rpc/disconnected", `${endpointName(url)}: not connected`);
      const id = ++lastId;
      const late = fault("rpc/timeout", `expected ${endpointName(url)} to answer ${method} within ${timeoutMs} ms`);
      const timer = setTimeout(() => settle(id, (one) => one.reject(late)), timeoutMs);
      // Used at once, not a turn later: what follows in the same breath may be about it.
      const take = (result: unknown): void => {
        try {
          resolve(use(result));
        } catch (cause) {
          reject(cause);
        }
      };
      pending.set(id, { resolve: take, reject, timer });
      socket.send(JSON.stringify({ id, jsonrpc: "2.0", method, params }));
    });

  const open = (result: unknown, listen: (item: unknown) => void): void => {
    const { success, data: id } = subscriptionId.safeParse(result);
    if (!success) throw fault("rpc/form", `expected ${endpointName(url)} to name a subscription`);
    subscriptions.set(id, listen);
    for (const item of early.get(id) ?? []) listen(item);
    early.delete(id);
  };

  return {
    call: (method, params) => request(method, params, (result) => result),
    subscribe: (method, listen) => request(method, [], (result) => open(result, listen)),
    ended,
    isOpen: () => isOpen,
    close: () => end("disconnected"),
  };
};

/**
 * Connects to a node. Whatever it sends afterwards is outlived: a message that is too long, or
 * isn't JSON-RPC, ends the connection.
 * @throws RpcError `rpc/unreachable`; BusyError where it answers with 429, or a time to wait
 */
export const openSocket = (url: string, { timeoutMs, maxMessageBytes }: WebSocketBounds): Promise<NodeSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      maxPayload: maxMessageBytes,
      handshakeTimeout: timeoutMs,
      perMessageDeflate: false,
    });
    const refuse = (reason: string): void => {
      reject(fault("rpc/unreachable", `expected a connection to ${endpointName(url)}: ${withoutSecrets(reason, url)}`));
    };
    socket.on("open", () => {
      socket.removeAllListeners();
      resolve(speakOver(socket, url, timeoutMs));
    });
    socket.on("unexpected-response", (_, { statusCode = 0, headers }) => {
      const wait = retryAfterMs(headers["retry-after"], headers.date);
      const said = `expected a connection to ${endpointName(url)}, got status ${statusCode}`;
      if (statusCode === 429 || wait !== undefined) reject(new BusyError(said, wait ?? UNSAID_WAIT_MS));
      socket.terminate();
      refuse(`status ${statusCode}`);
    });
    socket.on("error", (error) => refuse(error.message));
    socket.on("close", () => refuse("closed"));
  });
