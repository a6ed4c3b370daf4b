import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { tlsAdvice } from "@pdiem/bridge-client/tls-advice";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import axios, { type AxiosRequestConfig, type AxiosResponse, isAxiosError } from "axios";
import { BusyError, RpcError } from "../../error.js";

const LONGEST_SECONDS = 86_400;

/**
 * Reads the header `Retry-After`, seconds or a date. A date is compared with the answer's own, as
 * this machine's clock may be off.
 * @param date the header `Date`
 * @returns milliseconds, a day at most; undefined where it says nothing
 */
export const retryAfterMs = (header: unknown, date: unknown): number | undefined => {
  if (typeof header !== "string") return undefined;
  const text = header.trim();
  const seconds = /^[0-9]+(?:\.[0-9]+)?$/.test(text)
    ? Number(text)
    : (Date.parse(text) - (typeof date === "string" ? Date.parse(date) : Date.now())) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.ceil(1000 * Math.min(LONGEST_SECONDS, Math.max(0, seconds)));
};

export interface Bounds {
  /** Until the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** An answer as it came: `body` is text, not looked into. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** How long the endpoint wants to be left alone, ms; undefined where it doesn't say. */
  readonly retryAfterMs?: number;
}

export interface RequestOptions {
  /**
   * Takes a connection of its own. Where several nodes are behind one URL, one that is kept open
   * may lead to the same node again.
   */
  readonly isAnew?: boolean;
  /** Sent beside those of a JSON request. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Ends the connection where no more of an answer is wanted. It is told all text so far at each
   * piece that comes, and what it throws ends the request.
   */
  readonly isEnough?: (text: string) => boolean;
}

const explain = (url: string, bounds: Bounds, cause: unknown): PdiemError => {
  if (isPdiemError(cause)) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const fault = (code: string, text: string): RpcError => new RpcError(code, text, "backoff", { cause });
  if (message.includes("maxContentLength"))
    return fault(
      "rpc/too-large",
      `expected at most ${bounds.maxResponseBytes} bytes from ${endpointName(url)}; raise maxResponseBytes if that is too little`,
    );
  if (isAxiosError(cause) && ["ECONNABORTED", "ERR_CANCELED", "ETIMEDOUT"].includes(cause.code ?? ""))
    return fault("rpc/timeout", `expected an answer from ${endpointName(url)} within ${bounds.timeoutMs} ms`);
  const reason = tlsAdvice(cause) ?? (message || "the connection failed");
  return fault("rpc/unreachable", `expected an answer from ${endpointName(url)}: ${withoutSecrets(reason, url)}`);
};

const ANEW = { httpAgent: new HttpAgent({ keepAlive: false }), httpsAgent: new HttpsAgent({ keepAlive: false }) };

/** Any status is an answer, and the limits hold until the last byte. */
const limits = ({ timeoutMs, maxResponseBytes }: Bounds) => ({
  validateStatus: () => true,
  maxContentLength: maxResponseBytes,
  maxRedirects: 0,
  proxy: false as const,
  // The timeout of axios is of silence; a node that drips bytes would outlast it.
  timeout: timeoutMs,
  signal: AbortSignal.timeout(timeoutMs),
});

/**
 * The other side may end a connection that was kept open just as it is used again. That says
 * nothing of the request.
 */
const hasEndedMeanwhile = (cause: unknown): boolean => {
  if (!isAxiosError(cause) || !["ECONNRESET", "EPIPE"].includes(cause.code ?? "")) return false;
  const sent: unknown = cause.request;
  return typeof sent === "object" && sent !== null && "reusedSocket" in sent && sent.reusedSocket === true;
};

/**
 * Asks again until the connection is a new one, within the same time. Whatever is asked here may be
 * asked twice.
 */
const send = async <T>(config: AxiosRequestConfig): Promise<AxiosResponse<T>> => {
  for (;;)
    try {
      return await axios.request<T>(config);
    } catch (cause) {
      if (!hasEndedMeanwhile(cause)) throw cause;
    }
};

/** Reads a body, or its beginning. @throws RangeError that names `maxContentLength` */
const readUntil = async (
  pieces: AsyncIterable<Uint8Array>,
  isEnough: (text: string) => boolean,
  most: number,
): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) {
    text += decoder.decode(piece, { stream: true });
    // To leave the loop is to end the stream, and the connection with it.
    if (isEnough(text)) break;
    if (text.length > most) throw new RangeError("above maxContentLength");
  }
  return text;
};

/**
 * Sends a request and returns whatever is answered, with any status. No redirects and no proxy: an
 * endpoint is what the operator named.
 * @param body JSON text; left out, the request is a GET
 * @throws RpcError `rpc/unreachable`, `rpc/timeout`, `rpc/too-large`, all with `backoff`
 */
export const request = async (
  url: string,
  bounds: Bounds,
  body?: string,
  { isEnough, isAnew = false, headers: more = {} }: RequestOptions = {},
): Promise<Answer> => {
  try {
    const { status, data, headers } = await send<string | AsyncIterable<Uint8Array>>({
      method: body === undefined ? "GET" : "POST",
      url,
      ...(body === undefined ? {} : { data: body }),
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...more },
      responseType: isEnough === undefined ? "text" : "stream",
      transformRequest: (value: unknown) => value,
      transformResponse: (value: unknown) => value,
      ...limits(bounds),
      ...(isAnew ? ANEW : {}),
    });
    const wait = retryAfterMs(headers["retry-after"], headers.date);
    const said = wait === undefined ? {} : { retryAfterMs: wait };
    if (typeof data === "string") return { status, body: data, ...said };
    const isRead = status === 200 && isEnough !== undefined ? isEnough : () => false;
    return { status, body: await readUntil(data, isRead, bounds.maxResponseBytes), ...said };
  } catch (cause) {
    throw explain(url, bounds, cause);
  }
};

/** The wait where an endpoint is asked too often and doesn't say for how long. */
const UNSAID_WAIT_MS = 1_000;

const busyMs = ({ status, retryAfterMs: wait }: Answer): number | undefined => {
  if (status === 429) return Math.max(wait ?? 0, UNSAID_WAIT_MS);
  return status === 503 ? wait : undefined;
};

/**
 * Requests from endpoints that answer 200 or not at all.
 * @throws BusyError for 429, and for 503 with a time; RpcError `rpc/status`, or of `request`
 */
export const requestOk = async (
  url: string,
  bounds: Bounds,
  body?: string,
  options: RequestOptions = {},
): Promise<string> => {
  const answer = await request(url, bounds, body, options);
  if (answer.status === 200) return answer.body;
  const said = `got ${answer.status}: ${withoutSecrets(answer.body.slice(0, 1_000), url).slice(0, 200)}`;
  const wait = busyMs(answer);
  if (wait !== undefined)
    throw new BusyError(
      `expected ${endpointName(url)} to take requests, ${said}; left alone for ${Math.ceil(wait / 1000)} s`,
      wait,
    );
  throw new RpcError("rpc/status", `expected status 200 from ${endpointName(url)}, ${said}`, "backoff");
};

const PAUSES_MS = [0, 50, 150, 300] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks one URL again, a few times, while its answer is one of a node that is behind. Several may be
 * behind it, and the next answer come from another, as Diem's guide for clients has it.
 * @param ask with `isAnew` from the second time on: to be sent by a connection of its own
 * @returns the first answer that isn't behind, or else the last
 */
export const askAgain = async <T>(
  ask: (isAnew: boolean) => Promise<T>,
  isBehind: (answer: T) => boolean,
): Promise<T> => {
  let answer = await ask(false);
  for (const ms of PAUSES_MS) {
    if (!isBehind(answer)) break;
    if (ms > 0) await pause(ms);
    answer = await ask(true);
  }
  return answer;
};
