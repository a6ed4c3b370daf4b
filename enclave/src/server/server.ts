/** The enclave's door: HTTP, one route a verb. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { isPdiemError } from "@pdiem/light-client/error";
import { RequestError } from "../error.js";
import type { Log } from "../log.js";
import { CONTENT_TYPE, ROUTE_NAMES, type RouteName, routes } from "../routes.js";
import { type Answer, errorAnswer } from "./answer.js";
import type { Ask } from "./answering.js";
import { readBody } from "./body.js";
import { createBudget, type Lease } from "./budget.js";
import { checkGuard, type Guard, UNGUARDED } from "./guard.js";

export interface ServerLimits {
  /** Bytes of all bodies that are being received or worked on. */
  readonly bodies: number;
  readonly connections: number;
  /** Ms until the headers, and the whole request, must have come. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
}

export const SERVER_LIMITS: ServerLimits = {
  bodies: 64 * 1024 * 1024,
  connections: 64,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
};

const MAX_HEADER_BYTES = 8 * 1024;
/** Who isn't let in is logged this often, ms, and counted: strangers must not fill a disk. */
const STRANGERS_EVERY = 10_000;

const ROUTES_BY_PATH: ReadonlyMap<string, RouteName> = new Map(ROUTE_NAMES.map((name) => [routes[name].path, name]));

const routeOf = ({ method = "", url = "" }: IncomingMessage): RouteName => {
  const [path = ""] = url.split("?", 1);
  const name = ROUTES_BY_PATH.get(path);
  if (name === undefined)
    throw new RequestError(404, "request/unknown-verb", `expected one of ${[...ROUTES_BY_PATH.keys()].join(", ")}`);
  if (routes[name].method !== method)
    throw new RequestError(405, "request/method", `expected ${routes[name].method} ${path}`);
  return name;
};

const checkHeaders = ({ headers }: IncomingMessage): void => {
  if (headers["content-type"]?.trim().toLowerCase() !== CONTENT_TYPE)
    throw new RequestError(415, "request/content-type", `expected content-type: ${CONTENT_TYPE}`);
  if (headers["content-encoding"] !== undefined)
    throw new RequestError(415, "request/content-encoding", "expected a body that isn't compressed");
};

const errorText = (answer: Extract<Answer, { readonly error: unknown }>): string => JSON.stringify(answer.error);

const respond = (response: ServerResponse, answer: Answer): void => {
  const body = "error" in answer ? Buffer.from(errorText(answer)) : answer.body;
  response.writeHead(answer.status, {
    "content-type": "error" in answer ? "application/json" : CONTENT_TYPE,
    "content-length": body.length,
    "cache-control": "no-store",
  });
  response.end(body);
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
  const answer = errorAnswer(refusal);
  const { status } = answer;
  const text = errorText(answer);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    () => socket.destroy(),
  );
};

const listenerFor = ({ tls }: Guard, limits: ServerLimits, listener: RequestListener): Server => {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeout),
    keepAliveTimeout: 5_000,
  };
  if (tls === undefined) return createServer(options, listener);
  const { certificate: cert, key, clientCa } = tls;
  // Whoever shows none, or another's, is told so by the guard.
  const asked = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  const { headersTimeout: handshakeTimeout } = limits;
  return createTlsServer({ ...options, ...asked, cert, key, handshakeTimeout, minVersion: "TLSv1.3" }, listener);
};

/** Logs those that aren't let in, once in a while. */
const countStrangers = (log: Log): ((request: IncomingMessage, now: number) => void) => {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  return ({ socket }, now) => {
    count += 1;
    if (now - last < STRANGERS_EVERY) return;
    log("strangers", { count, last: socket.remoteAddress });
    count = 0;
    last = now;
  };
};

/** Makes a server that isn't listening yet. */
export const createEnclaveServer = (
  ask: Ask,
  log: Log,
  guard: Guard = UNGUARDED,
  limits: ServerLimits = SERVER_LIMITS,
): Server => {
  const noteStranger = countStrangers(log);
  const openLease = createBudget(limits.bodies);

  const bodyOf = (name: RouteName, incoming: IncomingMessage, lease: Lease): Promise<Uint8Array> | Uint8Array => {
    if (routes[name].method === "GET") return new Uint8Array();
    checkHeaders(incoming);
    return readBody(incoming, routes[name].maxRequest, lease);
  };

  const answer = async (incoming: IncomingMessage): Promise<Answer> => {
    const lease = openLease();
    try {
      checkGuard(guard, incoming);
      const name = routeOf(incoming);
      return await ask(name, await bodyOf(name, incoming, lease));
    } catch (error) {
      if (!isPdiemError(error)) log("defect", { reason: String(error) });
      return errorAnswer(error);
    } finally {
      lease.release();
    }
  };

  const server = listenerFor(guard, limits, async (request, response) => {
    const start = performance.now();
    const result = await answer(request);
    const isStranger = result.status === 401;
    // A stranger's body isn't waited for.
    if (!server.listening || isStranger) response.setHeader("connection", "close");
    respond(response, result);
    if (isStranger) return noteStranger(request, start);
    // Every relayer asks for the status every second: answers to that would bury what matters.
    if (request.method === "GET" && result.status === 200) return;
    log("request", {
      method: request.method,
      path: request.url?.slice(0, 100),
      status: result.status,
      code: "error" in result ? result.error.code : undefined,
      ms: Math.round(performance.now() - start),
    });
  });
  server.maxConnections = limits.connections;
  server.on("clientError", refuseConnection);
  return server;
};
