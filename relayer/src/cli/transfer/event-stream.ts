/** Server-sent events of a relayer, taken up again where the connection is lost. */
import { setTimeout as pause } from "node:timers/promises";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { RpcError } from "../../error.js";

/** One event of a stream. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
}

/** More than this without an end of an event is no event. */
const LONGEST = 1_000_000;
/** The server says every 15 s that it is there. */
const SILENCE_MS = 45_000;
const AGAIN_MS = 2_000;

const parseEvent = (block: string): StreamEvent | undefined => {
  const fields = new Map(
    block.split("\n").flatMap((line) => {
      const at = line.indexOf(":");
      return at <= 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trimStart()] as const];
    }),
  );
  const data = fields.get("data");
  return data === undefined ? undefined : { type: fields.get("event") ?? "message", data };
};

/** Splits off whole events; the second is what is left of the text. */
const takeEvents = (text: string): readonly [readonly StreamEvent[], string] => {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  return [blocks.flatMap((block) => parseEvent(block) ?? []), rest];
};

/** @throws RpcError `rpc/too-large` for an event without an end */
async function* eventsOf(body: ReadableStream<Uint8Array>, onLife: () => void): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body) {
    onLife();
    const [events, rest] = takeEvents(text + decoder.decode(bytes, { stream: true }));
    text = rest;
    if (text.length > LONGEST) throw new RpcError("rpc/too-large", "expected an event's end", "backoff");
    yield* events;
  }
}

async function* connect(url: string, end: AbortSignal): AsyncGenerator<StreamEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const onLife = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const response = await fetch(url, { signal: AbortSignal.any([silence.signal, end]) });
    if (response.status === 400 || response.status === 404)
      throw new PdiemError("request/invalid", `expected events at ${url}, got status ${response.status}`, "never");
    if (!response.ok || response.body === null)
      throw new RpcError("rpc/status", `expected events at ${url}, got status ${response.status}`, "backoff");
    yield* eventsOf(response.body, onLife);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gives a relayer's events until `end`. Lost connections are made again: each begins with the
 * present state, so nothing that still matters is missed.
 * @param onLoss told why a connection was lost
 * @param againMs how long after a loss
 * @throws PdiemError `request/invalid` where there are no such events
 */
export async function* eventStream(
  url: string,
  end: AbortSignal,
  onLoss: (reason: string) => void,
  againMs = AGAIN_MS,
): AsyncGenerator<StreamEvent> {
  while (!end.aborted) {
    try {
      yield* connect(url, end);
    } catch (error) {
      if (isPdiemError(error) && error.retry === "never") throw error;
      if (end.aborted) return;
      onLoss(error instanceof Error ? error.message : String(error));
    }
    await pause(againMs, undefined, { signal: end }).catch(() => undefined);
  }
}
