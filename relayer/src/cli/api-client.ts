import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { type Answer, request } from "../chains/rpc/http.js";
import type { Config } from "../config.js";
import { RpcError } from "../error.js";
import { type DryRunOptions, showSendings } from "./dry-run.js";
import type { Output } from "./output.js";
import { authorization } from "./token.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };

const errorBody = z.object({ code: z.string(), message: z.string(), retry: z.enum(["never", "later", "backoff"]) });

/** Names where the relayer of a configuration answers. */
export const apiUrl = ({ api }: Pick<Config, "api">): string =>
  `http://${api.host.includes(":") ? `[${api.host}]` : api.host}:${api.port}`;

/** Sends a request; where nobody answers, the error says how to get there. */
const reach = async (url: string, body?: string): Promise<Answer> => {
  try {
    return await request(url, BOUNDS, body, { headers: authorization() });
  } catch (cause) {
    if (!(cause instanceof RpcError) || cause.code !== "rpc/unreachable") throw cause;
    throw new RpcError(cause.code, `${cause.message}. Does a relayer run there? --api names another`, cause.retry, {
      cause,
    });
  }
};

const read = (url: string, { status, body }: Answer): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new RpcError("rpc/form", `expected JSON from the relayer at ${url}, got: ${body.slice(0, 200)}`, "backoff");
  }
  if (status < 300) return value;
  const error = errorBody.safeParse(value);
  if (error.success) throw new PdiemError(error.data.code, error.data.message, error.data.retry);
  throw new RpcError("rpc/status", `expected ${url} to answer, got status ${status}`, "backoff");
};

/**
 * Asks a running relayer.
 * @param body posted as JSON; left out, the request is a GET
 * @throws PdiemError with the relayer's own code; RpcError `rpc/form`, `rpc/status`, and those of
 * `request`
 */
export const askRelayer = async <T>(base: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
  const url = new URL(path, base).href;
  const value = read(url, await reach(url, body === undefined ? undefined : JSON.stringify(body)));
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RpcError("rpc/form", `expected another answer from ${url}: ${z.prettifyError(parsed.error)}`, "backoff");
};

/** What is handed to a relayer, and how its answer is read. */
export interface Handing<T> {
  readonly base: string;
  readonly path: string;
  /** What it is, in words. */
  readonly what: string;
  readonly body: unknown;
  readonly schema: z.ZodType<T>;
}

/**
 * Hands something to a running relayer, or shows it where that is wanted.
 * @returns undefined where it was only shown
 * @throws errors of `askRelayer`
 */
export const handToRelayer = async <T>(
  { base, path, what, body, schema }: Handing<T>,
  options: DryRunOptions,
  output: Output,
): Promise<T | undefined> => {
  if (options.dryRun !== true) return askRelayer(base, path, schema, body);
  showSendings([{ what, to: `POST ${new URL(path, base).href}`, content: body }], options, output);
  return undefined;
};
