/** HTTP to the enclave by Node.js: connections are kept, and answers bounded in bytes and time. */

import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { endpointName, withoutSecrets } from "../endpoint-name.js";
import { tlsAdvice } from "../tls-advice.js";
import type { EnclaveReply, EnclaveRequest, EnclaveTransport } from "./enclave-client.js";
import { EnclaveError } from "./enclave-error.js";

const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) } as const;

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

const send = (url: URL, { method, body, contentType, maxResponse }: EnclaveRequest, signal: AbortSignal): Sent => {
  const isSecure = url.protocol === "https:";
  const headers = body === undefined ? {} : { "content-type": contentType, "content-length": body.length };
  const options = { method, headers, signal, agent: agents[isSecure ? "https:" : "http:"] };
  const request = isSecure ? httpsRequest(url, options) : httpRequest(url, options);
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
const sendOnLiveConnection = async (url: URL, request: EnclaveRequest, signal: AbortSignal): Promise<EnclaveReply> => {
  for (;;) {
    const sent = send(url, request, signal);
    try {
      return await sent.reply;
    } catch (cause) {
      if (!hasEndedMeanwhile(sent.request, cause)) throw cause;
    }
  }
};

/**
 * Reaches an enclave by its URL. No redirects and no proxy: an endpoint is what the operator named.
 * @param timeoutMs until the last byte of an answer
 * @returns a transport that throws EnclaveError `enclave/unreachable`, `enclave/timeout`,
 * `enclave/too-large`
 */
export const nodeTransport =
  (base: string, timeoutMs: number): EnclaveTransport =>
  async (request) => {
    const url = new URL(request.path, base);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await sendOnLiveConnection(url, request, signal);
    } catch (cause) {
      if (cause instanceof EnclaveError) throw cause;
      if (signal.aborted)
        throw new EnclaveError(
          "enclave/timeout",
          `expected an answer of ${endpointName(base)} within ${timeoutMs} ms`,
          "backoff",
          {
            cause,
          },
        );
      const reason = tlsAdvice(cause) ?? (cause instanceof Error ? cause.message : String(cause));
      throw new EnclaveError(
        "enclave/unreachable",
        `expected the enclave at ${endpointName(base)}: ${withoutSecrets(reason, base)}`,
        "backoff",
        { cause },
      );
    }
  };
