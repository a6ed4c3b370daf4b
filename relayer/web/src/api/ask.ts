/** The relayer's API, as far as pages need it. Every answer is parsed before it is used. */
import { z } from "zod";
import { RelayerError } from "./relayer-error.js";

// The page's policy lets nothing be evaluated.
z.config({ jitless: true });

const TIMEOUT_MS = 30_000;

const refusal = z.object({ code: z.string(), message: z.string(), retry: z.string().optional() });

/** A worker has no document: it is named after where the page asks. */
const named = (): string =>
  typeof document === "undefined"
    ? self.name
    : (document.querySelector<HTMLMetaElement>('meta[name="pdiem-relayer"]')?.content ?? "");

/** Where the relayer is: where this page is, unless its `pdiem-relayer` names another place. */
export const baseUrl = (): string => {
  const page = self.location.href.replace(/\/assets\/[^/]*$/, "/");
  return new URL(named() || ".", page).href.replace(/#.*$/, "");
};

const fail = (status: number, value: unknown): never => {
  const parsed = refusal.safeParse(value);
  const { code, message, retry } = parsed.success
    ? parsed.data
    : { code: "page/form", message: `the relayer answered with status ${status}`, retry: "backoff" };
  throw new RelayerError(code, message, retry !== "never");
};

const send = async (base: string, path: string, body: unknown): Promise<Response> => {
  const init: RequestInit = { signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" };
  const posted: RequestInit = { method: "POST", headers: { "content-type": "application/json" } };
  try {
    return await fetch(new URL(path, base), {
      ...init,
      ...(body === undefined ? {} : { ...posted, body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new RelayerError("page/offline", `the relayer can't be reached: ${String(cause)}`, true);
  }
};

/** Asks any relayer. @param base URL that its API's paths stand under @throws RelayerError */
export const askAt = async <T>(base: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
  const response = await send(base.endsWith("/") ? base : `${base}/`, path, body);
  const value: unknown = await response.json().catch(() => undefined);
  if (!response.ok) fail(response.status, value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RelayerError("page/form", `the relayer's answer to ${path} isn't understood`, false);
};

/**
 * Asks the relayer: GET, or POST where there is a body.
 * @param path one of `PATHS`, or under one
 * @throws RelayerError
 */
export const ask = <T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> =>
  askAt(baseUrl(), path, schema, body);
