/**
 * The HTTP side of the JSON-RPC interface, as a Diem node's. Sources: diem/diem
 * json-rpc/src/runtime.rs, config/src/config/json_rpc_config.rs.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { DiemChain } from "../diem-chain.js";
import { handleRequest } from "./handler.js";
import { JsonSyntaxError } from "./json-text.js";

const MAX_BODY = 32 * 1024;
const PATHS = new Set(["/", "/v1"]);

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const text = (status: number, body: string): Reply => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

const NOT_FOUND: Reply = { status: 404, headers: {}, body: "" };

const headerFault = (request: IncomingMessage): Reply | undefined => {
  const type = request.headers["content-type"];
  if (type === undefined) return text(400, 'Missing request header "content-type"');
  if (type !== "application/json") return text(400, 'Invalid request header "content-type"');
  const length = request.headers["content-length"];
  if (length === undefined) return text(411, "A content-length header is required");
  return Number(length) > MAX_BODY ? text(413, "The request payload is too large") : undefined;
};

/** The announced length bounds it: Node takes no more. */
const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

const answerRpc = (chain: DiemChain, body: string): Reply => {
  try {
    const { body: answer, snapshot } = handleRequest(chain, body);
    return {
      status: 200,
      headers: {
        "content-type": "application/json",
        "x-diem-chain-id": String(chain.chainId),
        "x-diem-ledger-version": String(snapshot.version),
        "x-diem-ledger-timestampusec": String(snapshot.timestampUsecs),
      },
      body: answer,
    };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return text(400, `Request body deserialize error: ${error.message}`);
  }
};

/** Healthy where the latest block isn't older than asked for. */
const answerHealth = (chain: DiemChain, query: URLSearchParams): Reply => {
  const duration = query.get("duration_secs");
  const { timestampUsecs } = chain.latest().ledgerInfo.commitInfo;
  const age = BigInt(Date.now()) * 1000n - timestampUsecs;
  if (duration !== null && /^[0-9]{1,9}$/.test(duration) && age > BigInt(duration) * 1_000_000n)
    return text(500, "Unhandled error: ledger info is too old");
  return text(200, "diem-node:ok");
};

const replyTo = async (chain: DiemChain, request: IncomingMessage): Promise<Reply> => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/-/healthy" && request.method === "GET") return answerHealth(chain, searchParams);
  if (!PATHS.has(pathname)) return NOT_FOUND;
  if (request.method !== "POST") return text(405, "HTTP method not allowed");
  return headerFault(request) ?? answerRpc(chain, await readBody(request));
};

/** Any web page may ask, as with a Diem node. */
const crossOriginHeaders = (request: IncomingMessage): Readonly<Record<string, string>> => {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  return {
    "access-control-allow-origin": origin,
    ...(request.method === "OPTIONS"
      ? { "access-control-allow-headers": "content-type", "access-control-allow-methods": "POST" }
      : {}),
  };
};

const send = (request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply): void => {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length, ...crossOriginHeaders(request) });
  response.end(body);
};

const PREFLIGHT: Reply = { status: 200, headers: {}, body: "" };
const UNHANDLED = text(500, "Unhandled error");

export const jsonRpcListener =
  (chain: DiemChain): RequestListener =>
  (request, response) => {
    if (request.method === "OPTIONS" && request.headers.origin !== undefined) return send(request, response, PREFLIGHT);
    replyTo(chain, request).then(
      (reply) => send(request, response, reply),
      () => send(request, response, UNHANDLED),
    );
  };
