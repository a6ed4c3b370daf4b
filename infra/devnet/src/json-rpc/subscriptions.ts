import { randomBytes } from "node:crypto";
import { toHex } from "@pdiem/light-client/bytes";
import type { Connection, Stop } from "./dispatch.js";
import { methodNotFound, RpcError } from "./error.js";

const MAX_SUBSCRIPTIONS = 1024;

/** The subscriptions of one connection. */
export interface Subscriptions extends Connection {
  /** Sends what was held back for subscriptions whose ids the client now has. */
  readonly release: () => void;
  readonly closeAll: () => void;
}

/** @param send takes one JSON text */
export const createSubscriptions = (send: (message: string) => void): Subscriptions => {
  const stops = new Map<string, Stop>();
  let held: string[] | undefined = [];
  const deliver = (message: string): void => {
    if (held === undefined) send(message);
    else held.push(message);
  };
  return {
    subscribe: (notification, start) => {
      if (stops.size >= MAX_SUBSCRIPTIONS)
        throw new RpcError(-32000, "rpc/too-many-subscriptions", `expected at most ${MAX_SUBSCRIPTIONS} subscriptions`);
      const id = toHex(randomBytes(8));
      held ??= [];
      // Registered before it starts: it may notify, or end, at once.
      stops.set(id, () => undefined);
      const stop = start((result) => {
        if (stops.has(id))
          deliver(JSON.stringify({ jsonrpc: "2.0", method: notification, params: { subscription: id, result } }));
      });
      stops.set(id, stop);
      return id;
    },
    unsubscribe: (id) => {
      if (typeof id !== "string") return false;
      stops.get(id)?.();
      return stops.delete(id);
    },
    release: () => {
      const messages = held ?? [];
      held = undefined;
      messages.forEach(send);
    },
    closeAll: () => {
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
};

/** The connection of a request over HTTP: it can't be notified. */
export const noSubscriptions: Connection = {
  subscribe: (notification) => {
    throw methodNotFound(`${notification} needs a WebSocket`);
  },
  unsubscribe: () => false,
};
