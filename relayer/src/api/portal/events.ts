/** Transfers as they move on: server-sent events. */
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { TransferView } from "../../views/transfer-view.js";
import { addressKey } from "../access/limits.js";
import type { AtWork } from "../at-work.js";
import { get } from "../route.js";
import { type TransferParts, transferParams, viewTransfers } from "../view-transfer.js";

/** What streams may take, and how often they are looked after. */
export interface StreamBounds {
  /** Streams that one address may have open. */
  readonly ofOne: number;
  readonly inAll: number;
  /** How often transfers are looked up, ms. */
  readonly lookMs: number;
  /** Says so often that the connection is alive, ms, and finds out those that aren't. */
  readonly beatMs: number;
  /**
   * Bytes. Whoever reads so much slower than it is told is let go: who connects again misses
   * nothing.
   */
  readonly unread: number;
}

/** The API's own. */
export const STREAM_BOUNDS: Omit<StreamBounds, "ofOne"> = {
  inAll: 500,
  lookMs: 500,
  beatMs: 15_000,
  unread: 64 * 1024,
};

interface Listener {
  readonly id: string;
  readonly from: string;
  readonly to: ServerResponse;
  /** Has no other stream: one behind another would be told nothing, nor when it is gone. */
  readonly socket: Socket;
  /** Id of the event that it has, `Last-Event-ID` of one that comes again. */
  said: string | undefined;
  saidAt: number;
}

interface Told {
  /** What it says, in a word: told again, it is left out. */
  readonly id: string;
  readonly text: string;
}

const told = (event: string, data: string): Told => {
  const id = createHash("sha256").update(`${event} ${data}`).digest("hex").slice(0, 16);
  return { id, text: `id: ${id}\nevent: ${event}\ndata: ${data}\n\n` };
};

const lastEventId = ({ headers }: FastifyRequest): string | undefined => {
  const id = headers["last-event-id"];
  return typeof id === "string" ? id : undefined;
};

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

/** Answers with a stream, with whatever headers were set before, such as those of other origins. */
const openStream = (reply: FastifyReply): ServerResponse => {
  const before = reply.getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(before)) if (value !== undefined) reply.raw.setHeader(name, value);
  return reply.raw.writeHead(200, HEADERS);
};

/**
 * Serves a transfer's events: as it is, then again whenever it has changed. It says `unknown` while
 * there is none of that id. So whoever connects again misses nothing that still matters, and is
 * told nothing twice.
 */
export const eventRoutes = (app: FastifyInstance, work: AtWork<TransferParts>, bounds: StreamBounds): void => {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | undefined;

  const say = ({ to, socket }: Listener, text: string): void => {
    if (to.writableLength > bounds.unread) socket.destroy();
    else to.write(text);
  };

  const tell = (listener: Listener, { id, text }: Told): void => {
    const now = performance.now();
    const isNews = id !== listener.said;
    if (!isNews && now - listener.saidAt <= bounds.beatMs) return;
    listener.said = id;
    listener.saidAt = now;
    say(listener, isNews ? text : ": alive\n\n");
  };

  const tellOf = (id: string, view: TransferView | undefined): void => {
    const news = view === undefined ? told("unknown", "{}") : told("transfer", JSON.stringify(view));
    for (const listener of listeners) if (listener.id === id) tell(listener, news);
  };

  const look = async (): Promise<void> => {
    try {
      const parts = work();
      // Each is looked up once, however many listen.
      const ids = [...new Set([...listeners].map(({ id }) => id))];
      const views = await viewTransfers(parts, ids);
      for (const [i, id] of ids.entries()) tellOf(id, views[i]);
    } catch {
      // Not at work, or Redis is away: they hear of it again once there is something to tell.
    }
    timer = listeners.size === 0 ? undefined : setTimeout(() => void look(), bounds.lookMs);
  };

  const expectRoom = (from: string, socket: Socket): void => {
    const others = [...listeners];
    if (others.some((listener) => listener.socket === socket))
      throw new PdiemError("request/invalid", "expected one stream a connection, this one has another", "never");
    const own = others.filter((listener) => listener.from === from).length;
    if (others.length >= bounds.inAll || own >= bounds.ofOne)
      throw new PdiemError("relayer/busy", "too many pages listen already: ask for the transfer instead", "backoff");
  };

  const listen = (id: string, request: FastifyRequest, reply: FastifyReply): void => {
    const from = addressKey(request.ip);
    work();
    const { socket } = request.raw;
    expectRoom(from, socket);
    const to = openStream(reply);
    const listener: Listener = { id, from, to, socket, said: lastEventId(request), saidAt: performance.now() };
    listeners.add(listener);
    say(listener, "retry: 2000\n\n");
    // A response that waits for its turn behind another never says that it was closed.
    socket.once("close", () => listeners.delete(listener));
    timer ??= setTimeout(() => void look(), 0);
  };

  app.addHook("onClose", async () => {
    clearTimeout(timer);
    for (const { to } of listeners) to.end();
  });
  get(
    app,
    "/transfers/:id/events",
    {
      summary: "Tells of a transfer as it moves on",
      description:
        "Server-sent events: `transfer` with the transfer, or `unknown`. Whoever comes back with `Last-Event-ID` is told only what has changed.",
      tag: "transfers",
      params: transferParams,
      answers: { 200: { content: { "text/event-stream": { schema: z.string() } } } },
    },
    ({ params: { id }, request, reply }) => listen(id, request, reply),
  );
};
