import { tlsAdvice } from "@pdiem/bridge-client/tls-advice";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import axios, { type AxiosRequestConfig, type AxiosResponse, isAxiosError } from "axios";
import { RpcError } from "../../error.js";

export interface Bounds {
  /** Until the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** An answer as it came: `body` is text, not looked into. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface RequestOptions {
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
      `expected at most ${bounds.maxResponseBytes} bytes from ${url}; raise maxResponseBytes if that is too little`,
    );
  if (isAxiosError(cause) && ["ECONNABORTED", "ERR_CANCELED", "ETIMEDOUT"].includes(cause.code ?? ""))
    return fault("rpc/timeout", `expected an answer from ${url} within ${bounds.timeoutMs} ms`);
  const reason = tlsAdvice(cause) ?? (message || "the connection failed");
  return fault("rpc/unreachable", `expected an answer from ${url}: ${reason}`);
};

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
 * The other side may end a connection that was kept open just as it is used again: that says
 * nothing of the request.
 */
const hasEndedMeanwhile = (cause: unknown): boolean => {
  if (!isAxiosError(cause) || !["ECONNRESET", "EPIPE"].includes(cause.code ?? "")) return false;
  const sent: unknown = cause.request;
  return typeof sent === "object" && sent !== null && "reusedSocket" in sent && sent.reusedSocket === true;
};

/**
 * Asks again until the connection is a new one, within the same time: whatever is asked here may
 * be asked twice.
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
  { isEnough }: RequestOptions = {},
): Promise<Answer> => {
  try {
    const { status, data } = await send<string | AsyncIterable<Uint8Array>>({
      method: body === undefined ? "GET" : "POST",
      url,
      ...(body === undefined ? {} : { data: body, headers: { "content-type": "application/json" } }),
      responseType: isEnough === undefined ? "text" : "stream",
      transformRequest: (value: unknown) => value,
      transformResponse: (value: unknown) => value,
      ...limits(bounds),
    });
    if (typeof data === "string") return { status, body: data };
    const isRead = status === 200 && isEnough !== undefined ? isEnough : () => false;
    return { status, body: await readUntil(data, isRead, bounds.maxResponseBytes) };
  } catch (cause) {
    throw explain(url, bounds, cause);
  }
};

/**
 * Requests from endpoints that answer 200 or not at all.
 * @throws RpcError `rpc/status`, or of `request`
 */
export const requestOk = async (
  url: string,
  bounds: Bounds,
  body?: string,
  options: RequestOptions = {},
): Promise<string> => {
  const answer = await request(url, bounds, body, options);
  if (answer.status === 200) return answer.body;
  throw new RpcError(
    "rpc/status",
    `expected status 200 from ${url}, got ${answer.status}: ${answer.body.slice(0, 200)}`,
    "backoff",
  );
};
