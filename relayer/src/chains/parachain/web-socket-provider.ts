import type { ApiOptions } from "@polkadot/api/types";
import { WebSocket } from "ws";
import { z } from "zod";

type Provider = NonNullable<ApiOptions["provider"]>;
type Callback = Parameters<Provider["subscribe"]>[3];
type Event = Parameters<Provider["on"]>[0];
type Listener = Parameters<Provider["on"]>[1];
type SubscriptionId = string | number;

export interface ProviderBounds {
  /** For the connection, and for each answer. */
  readonly timeoutMs: number;
  /** Limit for one message. */
  readonly maxMessageBytes: number;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const nodeError = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() });
const message = z.object({
  id: z.number().nullish(),
  result: z.unknown().optional(),
  error: nodeError.nullish(),
  method: z.string().optional(),
  params: z.object({ subscription: z.union([z.string(), z.number()]), result: z.unknown() }).optional(),
});

const SHOWN = 256;
// A node may tell of a new subscription's first item before it has named the subscription.
const MOST_EARLY = 64;

const errorOf = ({ code, message: text, data }: z.infer<typeof nodeError>): Error =>
  new Error(`${code}: ${text}${data === undefined ? "" : `: ${JSON.stringify(data)}`}`.slice(0, SHOWN));

/**
 * Makes a connection to one node for `@polkadot/api`. Unlike that library's own, it outlives
 * whatever a node sends. A message that is too long, or isn't JSON-RPC, ends the connection. It
 * connects when told to, and once.
 */
export const webSocketProvider = (url: string, { timeoutMs, maxMessageBytes }: ProviderBounds): Provider => {
  const listeners = new Map<Event, Set<Listener>>();
  const pending = new Map<number, Pending>();
  const subscriptions = new Map<SubscriptionId, Callback>();
  const early = new Map<SubscriptionId, unknown[]>();
  let socket: WebSocket | undefined;
  let connected = false;
  let lastId = 0;

  const emit = (event: Event, value?: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener(value);
  };

  const deliver = (id: SubscriptionId, item: unknown): void => {
    const callback = subscriptions.get(id);
    if (callback !== undefined) callback(null, item);
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
    socket?.terminate();
    for (const id of [...pending.keys()]) settle(id, ({ reject }) => reject(new Error(`${url}: ${reason}`)));
    subscriptions.clear();
    early.clear();
    if (!connected) return;
    connected = false;
    emit("disconnected");
  };

  const hear = (text: string): void => {
    const { id, result, error, params } = message.parse(JSON.parse(text));
    if (params !== undefined) deliver(params.subscription, params.result);
    else if (typeof id === "number")
      settle(id, ({ resolve, reject }) => {
        if (error === undefined || error === null) resolve(result);
        else reject(errorOf(error));
      });
  };

  const connect = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const opening = new WebSocket(url, {
        maxPayload: maxMessageBytes,
        handshakeTimeout: timeoutMs,
        perMessageDeflate: false,
      });
      socket = opening;
      opening.on("open", () => {
        connected = true;
        resolve();
        emit("connected");
      });
      opening.on("message", (data: Buffer) => {
        try {
          hear(data.toString("utf8"));
        } catch (cause) {
          end(`it sent what isn't JSON-RPC: ${String(cause).slice(0, SHOWN)}`);
        }
      });
      opening.on("error", (error) => {
        reject(error);
        end(error.message);
      });
      opening.on("close", () => {
        reject(new Error(`${url}: closed`));
        end("closed");
      });
    });

  const request = <T>(method: string, params: unknown[], use: (result: unknown) => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (!connected || socket === undefined) throw new Error(`${url}: not connected`);
      const id = ++lastId;
      const timer = setTimeout(
        () => settle(id, (one) => one.reject(new Error(`${url}: no answer to ${method} within ${timeoutMs} ms`))),
        timeoutMs,
      );
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

  const open = (result: unknown, callback: Callback): SubscriptionId => {
    if (typeof result !== "string" && typeof result !== "number") throw new Error(`${url}: no subscription id`);
    subscriptions.set(result, callback);
    for (const item of early.get(result) ?? []) callback(null, item);
    early.delete(result);
    return result;
  };

  const provider: Provider = {
    hasSubscriptions: true,
    isClonable: true,
    get isConnected() {
      return connected;
    },
    clone: () => webSocketProvider(url, { timeoutMs, maxMessageBytes }),
    connect,
    disconnect: () => {
      end("disconnected");
      return Promise.resolve();
    },
    on: (event, listener) => {
      const some = listeners.get(event) ?? new Set();
      listeners.set(event, some.add(listener));
      return () => void some.delete(listener);
    },
    send: (method, params) => request(method, params, (result) => result as never),
    subscribe: (_, method, params, callback) => request(method, params, (result) => open(result, callback)),
    unsubscribe: async (_, method, id) => {
      subscriptions.delete(id);
      return connected && (await request(method, [id], (result) => result === true));
    },
  };
  return provider;
};
