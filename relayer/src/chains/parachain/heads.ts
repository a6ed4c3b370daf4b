import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { z } from "zod";
import { monotonicNow } from "../../clock.js";
import { RpcError } from "../../error.js";
import type { NodeStanding } from "../rpc/node-fault.js";
import { faultOf, isResting, type Standing } from "../rpc/standing.js";
import { keepStandings } from "../rpc/standings.js";
import { openSocket } from "../rpc/web-socket.js";
import { callNode } from "./substrate-rpc.js";

/**
 * Hears of a chain's finalized blocks from one of several nodes. What it hears proves nothing: it
 * spares waiting for the next poll.
 */
export interface Heads {
  readonly state: () => HeadsState;
  readonly standings: () => readonly NodeStanding[];
  readonly close: () => Promise<void>;
}

export interface HeadsState {
  readonly url: string;
  readonly connected: boolean;
}

export interface HeadsOptions {
  /** WebSocket URLs are subscribed to, HTTP URLs polled; the one preferred first. */
  readonly urls: readonly string[];
  /** How often an HTTP URL is polled. */
  readonly pollMs: number;
  /** Silence after which the node is asked whether it has blocks that it didn't announce. */
  readonly silenceMs: number;
  readonly timeoutMs: number;
  readonly onBlock: () => void;
  /** Height of the newest block that is proven: a node that stays far behind it is left. */
  readonly provenHeight: () => number;
  readonly log: Logger;
}

/** One node that is heard. */
interface Source {
  readonly url: string;
  /** Height of the last block heard of. */
  readonly height: () => number;
  /** When something was heard of last. */
  readonly heardAt: () => number;
  /** Asks for the height of its finalized head. */
  readonly ask: () => Promise<number>;
  readonly ended: Promise<string>;
  readonly close: () => void;
}

/** A header is below 10 kB; a batch's journal isn't in it. */
const MAX_MESSAGE_BYTES = 1_000_000;
/** Finality comes in steps: a node this far behind what is proven isn't of any use. */
const FAR_BEHIND = 20;
const TICK_MS = 500;
const FIRST_REST_MS = 1_000;
/** How often nodes are tried that all rest. */
const AGAIN_MS = 2_000;

const head = z.object({
  number: z
    .string()
    .regex(/^0x[0-9a-f]{1,8}$/i)
    .transform((text) => Number.parseInt(text, 16)),
});

const heightOf = (url: string, value: unknown): number => {
  const { success, data } = head.safeParse(value);
  if (success) return data.number;
  throw new RpcError("rpc/form", `expected a header from ${endpointName(url)}`, "backoff");
};

const hash = z.string().max(66);

type Opened = Pick<HeadsOptions, "pollMs" | "timeoutMs" | "onBlock">;

const subscribeTo = async (url: string, { timeoutMs, onBlock }: Opened): Promise<Source> => {
  const socket = await openSocket(url, { timeoutMs, maxMessageBytes: MAX_MESSAGE_BYTES });
  let height = 0;
  let heardAt = monotonicNow();
  try {
    await socket.subscribe("chain_subscribeFinalizedHeads", (item) => {
      // Thrown out of here it ends the connection, as whatever else isn't of the form.
      height = heightOf(url, item);
      heardAt = monotonicNow();
      onBlock();
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  return {
    url,
    height: () => height,
    heardAt: () => heardAt,
    ask: async () =>
      heightOf(url, await socket.call("chain_getHeader", [await socket.call("chain_getFinalizedHead", [])])),
    ended: socket.ended,
    close: socket.close,
  };
};

const pollFrom = async (url: string, { pollMs, timeoutMs, onBlock }: Opened): Promise<Source> => {
  const call = callNode(url, { timeoutMs, maxResponseBytes: MAX_MESSAGE_BYTES });
  const ask = async (): Promise<number> =>
    heightOf(url, await call("chain_getHeader", [await call("chain_getFinalizedHead", [], hash)], z.unknown()));
  let height = await ask();
  let heardAt = monotonicNow();
  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  let timer: NodeJS.Timeout;
  const again = (): void => {
    timer = setTimeout(() => {
      ask().then(
        (now) => {
          if (now > height) onBlock();
          height = now;
          heardAt = monotonicNow();
          again();
        },
        (error: unknown) => end(String(error)),
      );
    }, pollMs).unref();
  };
  again();
  return {
    url,
    height: () => height,
    heardAt: () => heardAt,
    ask,
    ended,
    close: () => {
      clearTimeout(timer);
      end("disconnected");
    },
  };
};

const restsUntil = (standing: Standing): number => (standing.type === "left" ? standing.until : 0);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/**
 * Hears of finalized blocks until it is closed. A node that isn't there, closes, sends what it
 * shouldn't, goes silent or stays behind is left for another. It is returned to after a while.
 */
export const watchHeads = (options: HeadsOptions): Heads => {
  const { urls, silenceMs, provenHeight, log } = options;
  const standings = keepStandings(urls, FIRST_REST_MS);
  let source: Source | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let checkedAt = 0;
  let isClosed = false;

  const leave = (url: string, error: unknown): void => {
    const fault = isPdiemError(error)
      ? faultOf(error)
      : { code: "rpc/disconnected", reason: `${endpointName(url)}: ${withoutSecrets(String(error), url)}` };
    const isNews = standings.leave(url, fault);
    if (!isClosed)
      log[isNews ? "warn" : "debug"]({ node: endpointName(url), reason: fault.reason }, "leaving this parachain node");
  };

  const drop = (error: unknown): void => {
    const gone = source;
    source = undefined;
    gone?.close();
    if (gone !== undefined) leave(gone.url, error);
  };

  const connect = async (url: string): Promise<void> => {
    try {
      const opened = await (url.startsWith("ws") ? subscribeTo : pollFrom)(url, options);
      source?.close();
      source = opened;
      standings.clear(url);
      void opened.ended.then((reason) => {
        if (source === opened && !isClosed) drop(reason);
      });
      log.info({ node: endpointName(url) }, "hearing of the parachain's blocks");
      options.onBlock();
    } catch (error) {
      leave(url, error);
    }
  };

  /** Finds out a node that answers and has lost our subscription, or its peers. */
  const check = async (heard: Source): Promise<void> => {
    const height = await heard.ask();
    if (source !== heard) return;
    if (height > heard.height())
      throw new RpcError("rpc/silent", `${endpointName(heard.url)} announces no blocks`, "backoff");
    const proven = provenHeight();
    if (height + FAR_BEHIND < proven)
      throw new RpcError(
        "rpc/behind",
        `${endpointName(heard.url)} is at block ${height}, ${proven} is proven`,
        "backoff",
      );
  };

  /**
   * Chooses a node better than the one that is heard: one before it in the operator's order that
   * doesn't rest. Where none is heard and all rest, the one that has rested longest.
   */
  const better = (): string | undefined => {
    const now = monotonicNow();
    const before = source === undefined ? urls : urls.slice(0, urls.indexOf(source.url));
    const ready = before.find((url) => !isResting(standings.of(url), now));
    if (ready !== undefined || source !== undefined || now - triedAt < AGAIN_MS) return ready;
    return standings.inOrder().toSorted((a, b) => restsUntil(standings.of(a)) - restsUntil(standings.of(b)))[0];
  };

  const tick = async (): Promise<void> => {
    const url = better();
    if (url !== undefined) {
      triedAt = monotonicNow();
      await connect(url);
      return;
    }
    const heard = source;
    if (heard === undefined || monotonicNow() - Math.max(checkedAt, heard.heardAt()) <= silenceMs) return;
    checkedAt = monotonicNow();
    await check(heard).catch((error: unknown) => {
      if (source === heard) drop(error);
    });
  };

  const watch = async (): Promise<void> => {
    while (!isClosed) {
      await tick();
      if (!isClosed) await pause(TICK_MS);
    }
  };
  const watching = watch();

  return {
    state: () => ({ url: source?.url ?? urls[0] ?? "", connected: source !== undefined }),
    standings: standings.all,
    close: async () => {
      isClosed = true;
      source?.close();
      await Promise.race([watching, pause(1_500)]);
      source?.close();
    },
  };
};
