/** The enclave's door: HTTP, one JSON endpoint a verb. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { isPdiemError } from "@pdiem/light-client/error";
import { type Answer, errorAnswer } from "./answer.js";
import type { Endpoint } from "./api.js";
import { readBody } from "./body.js";
import { parseBoundedJson } from "./bounded-json.js";
import { createBudget, type Lease } from "./budget.js";
import { RequestError } from "./error.js";
import type { Log } from "./log.js";

/** Answers one parsed request. What it throws becomes the answer. */
export type Handle = (endpoint: Endpoint, body: unknown) => Promise<object>;

export interface ServerLimits {
  /** Bytes of one body. */
  readonly body: number;
  /** Bytes of all bodies that are being received or worked on. */
  readonly bodies: number;
  readonly connections: number;
  /** Ms until the headers, and the whole request, must have come. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
}

// Evidence for a batch that fills half a block, as hex, stays well below 16 MiB.
export const SERVER_LIMITS: ServerLimits = {
  body: 16 * 1024 * 1024,
  bodies: 64 * 1024 * 1024,
  connections: 64,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
};

const JSON_LIMITS = { depth: 16, items: 262_144 };
const MAX_HEADER_BYTES = 8 * 1024;

const METHODS: ReadonlyMap<string, "GET" | "POST"> = new Map([
  ["/v1/status", "GET"],
  ["/v1/activate", "POST"],
  ["/v1/advance", "POST"],
  ["/v1/checkpoint", "POST"],
  ["/v1/genesis", "POST"],
  ["/v1/settle", "POST"],
  ["/v1/decide", "POST"],
  ["/v1/payout", "POST"],
  ["/v1/handover/challenge", "POST"],
  ["/v1/handover/receive", "POST"],
  ["/v1/handover/nonce", "POST"],
  ["/v1/handover/release", "POST"],
  ["/v1/handover/accept", "POST"],
  ["/v1/handover/receipt", "POST"],
] as const);

const ENDPOINTS: ReadonlySet<string> = new Set([...METHODS].map(([path, method]) => `${method} ${path}`));
const isEndpoint = (text: string): text is Endpoint => ENDPOINTS.has(text);

const endpointOf = ({ method = "", url = "" }: IncomingMessage): Endpoint => {
  const [path = ""] = url.split("?", 1);
  const endpoint = `${method} ${path}`;
  if (isEndpoint(endpoint)) return endpoint;
  const allowed = METHODS.get(path);
  throw allowed === undefined
    ? new RequestError(404, "request/unknown-verb", `expected one of ${[...METHODS.keys()].join(", ")}`)
    : new RequestError(405, "request/method", `expected ${allowed} ${path}`);
};

const checkHeaders = ({ headers }: IncomingMessage): void => {
  if (!/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(headers["content-type"] ?? ""))
    throw new RequestError(415, "request/content-type", "expected content-type: application/json");
  if (headers["content-encoding"] !== undefined)
    throw new RequestError(415, "request/content-encoding", "expected a body that isn't compressed");
};

const respond = (response: ServerResponse, { status, body }: Answer): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
};

const NOT_HTTP: ReadonlyMap<string | undefined, RequestError> = new Map([
  [
    "HPE_HEADER_OVERFLOW",
    new RequestError(431, "request/headers", `expected at most ${MAX_HEADER_BYTES} bytes of headers`),
  ],
  [
    "ERR_HTTP_REQUEST_TIMEOUT",
    new RequestError(408, "request/timeout", "the request took too long to come", "backoff"),
  ],
]);

const refuseConnection = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const refusal = NOT_HTTP.get(error.code) ?? new RequestError(400, "request/http", "expected an HTTP/1.1 request");
  const { status, body } = errorAnswer(refusal);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    () => socket.destroy(),
  );
};

/** A server that isn't listening yet. */
export const createEnclaveServer = (handle: Handle, log: Log, limits: ServerLimits = SERVER_LIMITS): Server => {
  const openLease = createBudget(limits.bodies);

  const work = async (request: IncomingMessage, lease: Lease): Promise<object> => {
    const endpoint = endpointOf(request);
    if (request.method === "GET") return handle(endpoint, undefined);
    checkHeaders(request);
    return handle(endpoint, parseBoundedJson(await readBody(request, limits.body, lease), JSON_LIMITS));
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const lease = openLease();
    try {
      return { status: 200, body: await work(request, lease) };
    } catch (error) {
      if (!isPdiemError(error))
        log("defect", { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return errorAnswer(error);
    } finally {
      lease.release();
    }
  };

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: Math.min(1_000, limits.headersTimeout),
      keepAliveTimeout: 5_000,
    },
    async (request, response) => {
      const start = performance.now();
      const result = await answer(request);
      if (!server.listening) response.setHeader("connection", "close");
      respond(response, result);
      // Every relayer asks for the status every second: answers to that would bury what matters.
      if (request.method === "GET" && result.status === 200) return;
      log("request", {
        method: request.method,
        path: request.url?.slice(0, 100),
        status: result.status,
        code: "code" in result.body ? String(result.body.code) : undefined,
        ms: Math.round(performance.now() - start),
      });
    },
  );
  server.maxConnections = limits.connections;
  server.on("clientError", refuseConnection);
  return server;
};
