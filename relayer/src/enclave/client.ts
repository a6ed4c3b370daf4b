import type { Api, Endpoint, ErrorBody } from "@pdiem/enclave/api";
import { z } from "zod";
import { EnclaveError } from "../error.js";
import { type Answer, type Bounds, request } from "../chains/rpc/http.js";
import { responses } from "./responses.js";

/** The enclave's verbs. Each throws EnclaveError with the enclave's own code, or `enclave/unreachable`, `enclave/form`. */
export interface EnclaveClient {
  readonly status: () => Promise<Api["GET /v1/status"]["response"]>;
  readonly activate: Verb<"POST /v1/activate">;
  readonly advance: Verb<"POST /v1/advance">;
  readonly checkpoint: Verb<"POST /v1/checkpoint">;
  readonly genesis: Verb<"POST /v1/genesis">;
  readonly settle: Verb<"POST /v1/settle">;
  readonly decide: Verb<"POST /v1/decide">;
  readonly payout: Verb<"POST /v1/payout">;
  readonly handover: {
    readonly challenge: Verb<"POST /v1/handover/challenge">;
    readonly receive: Verb<"POST /v1/handover/receive">;
    readonly nonce: Verb<"POST /v1/handover/nonce">;
    readonly release: Verb<"POST /v1/handover/release">;
    readonly accept: Verb<"POST /v1/handover/accept">;
    readonly receipt: Verb<"POST /v1/handover/receipt">;
  };
}

type Verb<E extends Endpoint> = (body: Api[E]["request"]) => Promise<Api[E]["response"]>;

const errorBody = z.object({
  code: z.string().max(100),
  message: z.string().max(10_000),
  retry: z.enum(["never", "later", "backoff"]),
}) satisfies z.ZodType<ErrorBody>;

const form = (endpoint: Endpoint, answer: Answer): EnclaveError =>
  new EnclaveError(
    "enclave/form",
    `expected ${endpoint} to answer as its API says, got status ${answer.status}: ${answer.body.slice(0, 200)}`,
    "backoff",
  );

const jsonOf = (endpoint: Endpoint, answer: Answer): unknown => {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw form(endpoint, answer);
  }
};

export const createEnclaveClient = (url: string, bounds: Bounds): EnclaveClient => {
  const ask = async <E extends Endpoint>(endpoint: E, body: Api[E]["request"]): Promise<Api[E]["response"]> => {
    const path = endpoint.slice(endpoint.indexOf("/"));
    const answer = await send(new URL(path, url).href, bounds, body);
    const value = jsonOf(endpoint, answer);
    if (answer.status !== 200) {
      const error = errorBody.safeParse(value);
      if (!error.success) throw form(endpoint, answer);
      throw new EnclaveError(error.data.code, error.data.message, error.data.retry);
    }
    const parsed = responses[endpoint].safeParse(value);
    if (!parsed.success) throw form(endpoint, answer);
    return parsed.data;
  };
  return {
    status: () => ask("GET /v1/status", undefined),
    activate: (body) => ask("POST /v1/activate", body),
    advance: (body) => ask("POST /v1/advance", body),
    checkpoint: (body) => ask("POST /v1/checkpoint", body),
    genesis: (body) => ask("POST /v1/genesis", body),
    settle: (body) => ask("POST /v1/settle", body),
    decide: (body) => ask("POST /v1/decide", body),
    payout: (body) => ask("POST /v1/payout", body),
    handover: {
      challenge: (body) => ask("POST /v1/handover/challenge", body),
      receive: (body) => ask("POST /v1/handover/receive", body),
      nonce: (body) => ask("POST /v1/handover/nonce", body),
      release: (body) => ask("POST /v1/handover/release", body),
      accept: (body) => ask("POST /v1/handover/accept", body),
      receipt: (body) => ask("POST /v1/handover/receipt", body),
    },
  };
};

const send = async (url: string, bounds: Bounds, body: unknown): Promise<Answer> => {
  try {
    return await request(url, bounds, body === undefined ? undefined : JSON.stringify(body));
  } catch (cause) {
    throw new EnclaveError("enclave/unreachable", `expected the enclave at ${url}: ${String(cause)}`, "backoff", {
      cause,
    });
  }
};
