/** HTTP to the enclave by Node.js: connections are kept, and answers bounded in bytes and time. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { endpointName, withoutSecrets } from "../endpoint-name.js";
import { tlsAdvice } from "../tls-advice.js";
import type { EnclaveReply, EnclaveRequest, EnclaveTransport } from "./enclave-client.js";
import { EnclaveError } from "./enclave-error.js";

/** What an enclave's door is shown, and known by. */
export interface DoorCredentials {
  /** Shown as it is: never over a network that others listen to, but by `https`. */
  readonly token?: string;
  /** Shown in TLS: PEM of a certificate and its key. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** PEM of the authority that the door's certificate is of; left out, the public ones. */
  readonly ca?: string;
}

type Dial = (url: URL, options: RequestOptions) => ClientRequest;

/** Connections of one door: others are never reached by what this one is shown. */
const dialling = (protocol: string, { client, ca }: DoorCredentials): Dial => {
  if (protocol !== "https:") {
    const agent = new HttpAgent({ keepAlive: true });
    return (url, options) => httpRequest(url, { ...options, agent });
  }
  const shown = client === undefined ? {} : { cert: client.certificate, key: client.key };
  const agent = new HttpsAgent({ keepAlive: true, ...shown, ...(ca === undefined ? {} : { ca }) });
  return (url, options) => httpsRequest(url, { ...options, agent });
};

const collect = async (incoming: IncomingMessage, max: number): Promise<EnclaveReply> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > max)
      throw new EnclaveError("enclave/too-large", `expected an answer of at most ${max} bytes, got more`, "backoff");
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, body: new Uint8Array(Buffer.concat(chunks, size)) };
};

interface Sent {
  readonly request: ClientRequest;
  readonly reply: Promise<EnclaveReply>;
}

/** How a request is sent to one door. */
interface Door {
  readonly url: URL;
  readonly dial: Dial;
  readonly token: string | undefined;
}

const send = (
  { url, dial, token }: Door,
  { method, body, contentType, maxResponse }: EnclaveRequest,
  signal: AbortSignal,
): Sent => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const content = body === undefined ? {} : { "content-type": contentType, "content-length": body.length };
  const request = dial(url, { method, headers: { ...authorization, ...content }, signal });
  const reply = new Promise<EnclaveReply>((resolve, reject) => {
    request.on("error", reject).on("response", (incoming) => collect(incoming, maxResponse).then(resolve, reject));
  });
  request.end(body);
  return { request, reply };
};

const hasCode = (cause: unknown, ...codes: readonly string[]): boolean =>
  cause instanceof Error && "code" in cause && codes.some((code) => cause.code === code);

/**
 * The other side may end a connection that was kept open just as it is used again. That says
 * nothing of the request.
 */
const hasEndedMeanwhile = (request: ClientRequest, cause: unknown): boolean =>
  request.reusedSocket && hasCode(cause, "ECONNRESET", "EPIPE");

/**
 * Asks again until the connection is a new one, within the same time. Whatever an enclave is asked
 * may be asked twice.
 */
const sendOnLiveConnection = async (
  door: Door,
  request: EnclaveRequest,
  signal: AbortSignal,
): Promise<EnclaveReply> => {
  for (;;) {
    const sent = send(door, request, signal);
    try {
      return await sent.reply;
    } catch (cause) {
      if (!hasEndedMeanwhile(sent.request, cause)) throw cause;
    }
  }
};

const failure = (base: string, cause: unknown): EnclaveError => {
  const advice = tlsAdvice(cause);
  const reason = advice ?? (cause instanceof Error ? cause.message : String(cause));
  const code = advice === undefined ? "enclave/unreachable" : "enclave/untrusted";
  return new EnclaveError(
    code,
    `expected the enclave at ${endpointName(base)}: ${withoutSecrets(reason, base)}`,
    "backoff",
    { cause },
  );
};

/**
 * Reaches an enclave by its URL. No redirects and no proxy: an endpoint is what the operator named.
 * @param timeoutMs until the last byte of an answer
 * @returns a transport that throws EnclaveError `enclave/unreachable`, `enclave/untrusted` for its
 * certificate, `enclave/timeout`, `enclave/too-large`
 */
export const nodeTransport = (base: string, timeoutMs: number, shown: DoorCredentials = {}): EnclaveTransport => {
  const dial = dialling(new URL(base).protocol, shown);
  return async (request) => {
    const url = new URL(request.path, base);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await sendOnLiveConnection({ url, dial, token: shown.token }, request, signal);
    } catch (cause) {
      if (cause instanceof EnclaveError) throw cause;
      if (!signal.aborted) throw failure(base, cause);
      throw new EnclaveError(
        "enclave/timeout",
        `expected an answer of ${endpointName(base)} within ${timeoutMs} ms`,
        "backoff",
        {
          cause,
        },
      );
    }
  };
};
