/** The relayer's API, as far as pages need it. Every answer is parsed before it is used. */
import { z } from "zod";
import { RelayerError } from "./relayer-error.js";

// The page's policy lets nothing be evaluated.
z.config({ jitless: true });

const TIMEOUT_MS = 30_000;

const refusal = z.object({ code: z.string(), message: z.string(), retry: z.string().optional() });

/** Where the relayer is: this page's own origin, unless a file beside it names another one. */
export const baseUrl = (): string => new URL(".", self.location.href.replace(/\/assets\/[^/]*$/, "/")).href;

const fail = (status: number, value: unknown): never => {
  const parsed = refusal.safeParse(value);
  const { code, message, retry } = parsed.success
    ? parsed.data
    : { code: "page/form", message: `the relayer answered with status ${status}`, retry: "backoff" };
  throw new RelayerError(code, message, retry !== "never");
};

const send = async (path: string, body: unknown): Promise<Response> => {
  const init: RequestInit = { signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" };
  const posted: RequestInit = { method: "POST", headers: { "content-type": "application/json" } };
  try {
    return await fetch(new URL(path, baseUrl()), {
      ...init,
      ...(body === undefined ? {} : { ...posted, body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new RelayerError("page/offline", `the relayer can't be reached: ${String(cause)}`, true);
  }
};

/**
 * Asks the relayer: GET, or POST where there is a body.
 * @param path relative, such as `api/v1/status`
 * @throws RelayerError
 */
export const ask = async <T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
  const response = await send(path, body);
  const value: unknown = await response.json().catch(() => undefined);
  if (!response.ok) fail(response.status, value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RelayerError("page/form", `the relayer's answer to ${path} isn't understood`, false);
};
