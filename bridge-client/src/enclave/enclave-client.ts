/** A client of the enclave, made from its route table. Runs wherever its transport does. */
import {
  CONTENT_TYPE,
  type ErrorBody,
  type RequestOf,
  type ResponseOf,
  ROUTE_NAMES,
  type RouteName,
  routes,
} from "@pdiem/enclave/routes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { EnclaveError } from "./enclave-error.js";

export interface EnclaveRequest {
  readonly method: "GET" | "POST";
  /** From the host on, such as `/v2/status`. */
  readonly path: string;
  readonly contentType: string;
  /** Undefined for a GET. */
  readonly body: Uint8Array | undefined;
  /** The most bytes of an answer. */
  readonly maxResponse: number;
}

export interface EnclaveReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * Sends a request and returns whatever is answered, with any status. Throws EnclaveError where
 * nothing is.
 */
export type EnclaveTransport = (request: EnclaveRequest) => Promise<EnclaveReply>;

/** Arguments of a verb: none where its request has no body. */
type Arguments<R extends RouteName> = RequestOf<R> extends undefined ? [] : [request: RequestOf<R>];

/**
 * The enclave's verbs. Each throws EnclaveError with the enclave's own code, `enclave/unauthorized`
 * where its door doesn't let in, `enclave/form` for what isn't an answer of its, or the
 * transport's.
 */
export type EnclaveClient = {
  readonly [R in RouteName]: (...request: Arguments<R>) => Promise<ResponseOf<R>>;
};

const MAX_CODE = 100;
const MAX_MESSAGE = 10_000;
/** Room for an error where a route's responses are short. */
const MAX_ERROR_BYTES = 64 * 1024;
const SHOWN = 200;

const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);

const formError = (name: RouteName, { status, body }: EnclaveReply, cause?: unknown): EnclaveError =>
  new EnclaveError(
    "enclave/form",
    `expected ${routes[name].path} to answer as its route says, got status ${status}: ${textOf(body.subarray(0, SHOWN))}`,
    "backoff",
    { cause },
  );

const isErrorBody = (value: unknown): value is ErrorBody =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  typeof value.code === "string" &&
  value.code.length <= MAX_CODE &&
  "message" in value &&
  typeof value.message === "string" &&
  value.message.length <= MAX_MESSAGE &&
  "retry" in value &&
  (value.retry === "never" || value.retry === "later" || value.retry === "backoff");

const readAs = <T>(name: RouteName, reply: EnclaveReply, read: (body: Uint8Array) => T): T => {
  try {
    return read(reply.body);
  } catch (cause) {
    throw formError(name, reply, cause);
  }
};

const UNAUTHORIZED = 401;

const refusalOf = (name: RouteName, reply: EnclaveReply): EnclaveError => {
  if (reply.status === UNAUTHORIZED)
    return new EnclaveError(
      "enclave/unauthorized",
      `expected the enclave's door to let this program in: ${textOf(reply.body.subarray(0, SHOWN))}`,
      "backoff",
    );
  const value = readAs<unknown>(name, reply, (body) => JSON.parse(textOf(body)));
  if (!isErrorBody(value)) return formError(name, reply);
  return new EnclaveError(value.code, value.message, value.retry);
};

const ask = async <R extends RouteName>(
  transport: EnclaveTransport,
  name: R,
  request: RequestOf<R>,
): Promise<ResponseOf<R>> => {
  const { method, path, request: codec, response, maxResponse } = routes[name];
  const reply = await transport({
    method,
    path,
    contentType: CONTENT_TYPE,
    body: method === "GET" ? undefined : encode(codec, request),
    maxResponse: Math.max(maxResponse, MAX_ERROR_BYTES),
  });
  if (reply.status !== 200) throw refusalOf(name, reply);
  return readAs(name, reply, (body) => decode(response, body));
};

/** Makes a client. @param transport such as `nodeTransport` */
export const createEnclaveClient = (transport: EnclaveTransport): EnclaveClient =>
  Object.fromEntries(
    ROUTE_NAMES.map((name) => [name, (request: RequestOf<typeof name>) => ask(transport, name, request)]),
  ) as EnclaveClient;
