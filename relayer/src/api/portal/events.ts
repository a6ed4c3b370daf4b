/** Transfers as they move on: server-sent events. */
import type { ServerResponse } from "node:http";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import type { AtWork } from "../at-work.js";
import { parseRequest } from "../parse-request.js";
import { type TransferParts, transferParams, viewTransfer } from "../transfers.js";

const MOST_LISTENERS = 500;
const LOOK_MS = 500;
/** Says that the connection is alive, and finds out those that aren't. */
const BEAT_MS = 15_000;

interface Listener {
  readonly id: string;
  readonly to: ServerResponse;
  said: string;
  saidAt: number;
}

const say = (listener: Listener, text: string): void => {
  listener.to.write(text);
  listener.saidAt = performance.now();
};

/**
 * Serves `GET /transfers/:id/events`. It gives the transfer as it is, then again whenever it
 * has changed; `unknown` while there is none of that id. So whoever connects again misses nothing
 * that still matters.
 */
export const eventRoutes = (app: FastifyInstance, work: AtWork<TransferParts>): void => {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (listener: Listener, text: string): void => {
    if (text !== listener.said) {
      listener.said = text;
      say(listener, `${text}\n\n`);
    } else if (performance.now() - listener.saidAt > BEAT_MS) say(listener, ": alive\n\n");
  };

  /** Looks a transfer up once, however many listen. */
  const tellOf = async (parts: TransferParts, id: string): Promise<void> => {
    const view = await viewTransfer(parts, id);
    const text = view === undefined ? "event: unknown\ndata: {}" : `event: transfer\ndata: ${JSON.stringify(view)}`;
    for (const listener of listeners) if (listener.id === id) tell(listener, text);
  };

  const look = async (): Promise<void> => {
    try {
      const parts = work();
      await Promise.all([...new Set([...listeners].map(({ id }) => id))].map((id) => tellOf(parts, id)));
    } catch {
      // Not at work, or Redis is away: they hear of it again once there is something to tell.
    }
    timer = listeners.size === 0 ? undefined : setTimeout(() => void look(), LOOK_MS);
  };

  app.addHook("onClose", async () => {
    clearTimeout(timer);
    for (const { to } of listeners) to.end();
  });
  app.get("/api/v1/transfers/:id/events", (request, reply) => {
    const { id } = parseRequest(transferParams, request.params);
    work();
    if (listeners.size >= MOST_LISTENERS)
      throw new PdiemError("relayer/busy", "too many pages listen already: ask for the transfer instead", "backoff");
    reply.hijack();
    const to = reply.raw;
    to.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    const listener: Listener = { id, to, said: "", saidAt: performance.now() };
    listeners.add(listener);
    say(listener, "retry: 2000\n\n");
    to.on("close", () => listeners.delete(listener));
    timer ??= setTimeout(() => void look(), 0);
  });
};
