/** JSON-RPC over HTTP POST and WebSocket on one loopback port, and HTTP routes apart from it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isPdiemError } from "@pdiem/light-client/error";
import { type WebSocket, WebSocketServer } from "ws";
import { dispatch, type Methods } from "./dispatch.js";
import { createSubscriptions, noSubscriptions } from "./subscriptions.js";

const HOST = "127.0.0.1";
const MAX_BODY = 16 * 1024 * 1024;

/**
 * An HTTP route: takes the JSON body (undefined when empty), returns what is answered as JSON. A
 * PdiemError becomes a 400.
 */
export type Route = (body: unknown) => unknown;

export interface RpcServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT` */
  readonly wsUrl: string;
  readonly close: () => Promise<void>;
}

export interface RpcServerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly methods: Methods;
  /** By `METHOD /path`. */
  readonly routes?: Readonly<Record<string, Route>>;
}

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  // Left open when it is cut short: the answer is still to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const respond = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
};

const runRoute = async (route: Route, body: string): Promise<readonly [number, string]> => {
  try {
    const result = await route(body === "" ? undefined : JSON.parse(body));
    return [200, JSON.stringify(result ?? null)];
  } catch (error) {
    if (isPdiemError(error)) return [400, JSON.stringify({ code: error.code, message: error.message })];
    if (error instanceof SyntaxError) return [400, JSON.stringify({ code: "decode/json", message: error.message })];
    throw error;
  }
};

const handle = async (options: RpcServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = new URL(request.url ?? "/", `http://${HOST}`).pathname;
  const route = options.routes?.[`${request.method} ${path}`];
  if (route === undefined && (request.method !== "POST" || path !== "/")) return respond(response, 404, "{}");
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return respond(response, 413, "{}");
  }
  if (route === undefined) return respond(response, 200, await dispatch(options.methods, body, noSubscriptions));
  respond(response, ...(await runRoute(route, body)));
};

const serveSocket = (socket: WebSocket, methods: Methods): void => {
  const send = (message: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(message);
  };
  const subscriptions = createSubscriptions(send);
  socket.on("message", (data, isBinary) => {
    if (isBinary) return socket.close(1003);
    void dispatch(methods, data.toString(), subscriptions).then((answer) => {
      send(answer);
      subscriptions.release();
    });
  });
  socket.on("close", subscriptions.closeAll);
  socket.on("error", () => socket.terminate());
};

export const startRpcServer = async (options: RpcServerOptions): Promise<RpcServer> => {
  // Clients end idle connections: a server that does so might end one that is just used again.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        respond(response, 500, JSON.stringify({ message: error instanceof Error ? error.message : "internal error" }));
    });
  });
  const sockets = new WebSocketServer({ server, maxPayload: MAX_BODY });
  sockets.on("connection", (socket) => serveSocket(socket, options.methods));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The WebSocket server repeats the HTTP server's errors; unheard, they would end the process.
    sockets.once("error", reject);
    server.listen(options.port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected the server to listen on a port");
  return {
    port: address.port,
    url: `http://${HOST}:${address.port}`,
    wsUrl: `ws://${HOST}:${address.port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
