import { tlsAdvice } from "../tls-advice.js";
import { CollateralError } from "./collateral-error.js";

/** What an answer may take. */
export interface Bounds {
  /** Milliseconds until its last byte. */
  readonly timeoutMs: number;
  readonly maximumBytes: number;
}

/** An answer of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Gives a header by its name. */
  readonly header: (name: string) => string | undefined;
}

const fault = (code: string, message: string, cause?: unknown): CollateralError =>
  new CollateralError(`collateral/${code}`, message, "backoff", { cause });

const bodyOf = async (url: string, response: Response, maximumBytes: number): Promise<Uint8Array> => {
  const body = new Uint8Array(maximumBytes);
  let length = 0;
  for await (const chunk of response.body ?? []) {
    if (length + chunk.length > maximumBytes)
      throw fault("too-large", `expected at most ${maximumBytes} bytes from ${url}`);
    body.set(chunk, length);
    length += chunk.length;
  }
  return body.slice(0, length);
};

const ask = async (url: string, { maximumBytes }: Bounds, signal: AbortSignal): Promise<HttpAnswer> => {
  const response = await fetch(url, { redirect: "manual", signal });
  return {
    status: response.status,
    body: await bodyOf(url, response, maximumBytes),
    header: (name) => response.headers.get(name) ?? undefined,
  };
};

/**
 * Gets whatever a service answers. No redirects: a service is what the operator named.
 * @throws CollateralError `collateral/unreachable`, `collateral/untrusted` for its certificate,
 * `collateral/timeout`, `collateral/too-large`, with `backoff`
 */
export const httpGet = async (url: string, bounds: Bounds): Promise<HttpAnswer> => {
  const signal = AbortSignal.timeout(bounds.timeoutMs);
  const explain = (cause: unknown): CollateralError => {
    if (cause instanceof CollateralError) return cause;
    if (signal.aborted) return fault("timeout", `expected an answer from ${url} within ${bounds.timeoutMs} ms`, cause);
    const advice = tlsAdvice(cause);
    if (advice !== undefined) return fault("untrusted", `expected an answer from ${url}: ${advice}`, cause);
    const { cause: reason = cause } = cause instanceof Error ? cause : {};
    return fault("unreachable", `expected an answer from ${url}: ${String(reason).slice(0, 200)}`, cause);
  };
  try {
    return await ask(url, bounds, signal);
  } catch (cause) {
    const error = explain(cause);
    if (error.code !== "collateral/unreachable") throw error;
  }
  // The other side may have ended a connection that was kept open just as it was used again.
  return ask(url, bounds, signal).catch((cause: unknown) => {
    throw explain(cause);
  });
};
