import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { RefusedError } from "@pdiem/bridge/error";
import { encode } from "@pdiem/light-client/codec/bcs";
import { afterEach, describe, expect, it } from "vitest";
import { type RequestOf, type ResponseOf, ROUTE_NAMES, type RouteName, routes } from "../routes.js";
import { answering, type Handle } from "./answering.js";
import { UNGUARDED } from "./guard.js";
import { createEnclaveServer, SERVER_LIMITS, type ServerLimits } from "./server.js";

const servers: Server[] = [];
const events: string[] = [];

const start = async (handle: Handle, limits: Partial<ServerLimits> = {}): Promise<number> => {
  const log = (event: string): unknown => events.push(event);
  const server = createEnclaveServer(answering(handle, log), log, UNGUARDED, { ...SERVER_LIMITS, ...limits });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
};

afterEach(async () => {
  events.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await once(server.close(), "close");
  }
});

interface Reply {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

const STATUS: ResponseOf<"status"> = { tee: "simulated", isLasting: true, role: { type: "empty", value: undefined } };

type Handlers = { readonly [R in RouteName]?: (request: RequestOf<R>) => Promise<ResponseOf<R>> };

/** Tells the status, and answers `handoverNonce` as it is told. */
const handling = (handoverNonce: NonNullable<Handlers["handoverNonce"]>): Handle => {
  const handlers: Handlers = { status: async () => STATUS, handoverNonce };
  return async (name, request) => {
    const handler = handlers[name];
    if (handler === undefined) throw new RefusedError("refused/inactive", name);
    return handler(request);
  };
};
const echo = handling(async ({ transcript }) => ({ nonce: transcript }));

const BINARY = { "content-type": "application/octet-stream" };
/** A route whose request and response are 32 bytes each. */
const NONCE = "/v2/handover/nonce";
const HASH = Buffer.alloc(32, 7);

const send = (
  port: number,
  method: string,
  path: string,
  headers: IncomingHttpHeaders = BINARY,
  chunks: Iterable<string | Uint8Array> = [],
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const client = httpRequest({ port, host: "127.0.0.1", method, path, headers }, (response) => {
      const { statusCode: status, headers } = response;
      buffer(response).then((body) => resolve({ status, type: headers["content-type"], body }), reject);
    });
    client.on("error", reject);
    const iterator = chunks[Symbol.iterator]();
    const pump = (): void => {
      for (let next = iterator.next(); ; next = iterator.next()) {
        if (next.done) {
          client.end();
          return;
        }
        if (!client.write(next.value)) {
          client.once("drain", pump);
          return;
        }
      }
    };
    pump();
  });

const raw = async (port: number, text: string): Promise<string> => {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  return answer;
};

/** What is shown of a reply that refuses. */
const refusalOf = ({ status, type, body }: Reply): unknown => ({
  status,
  type,
  code: JSON.parse(body.toString()).code,
});
const refusal = (status: number, code: string): object => ({ status, type: "application/json", code });

function* megabytes(count: number): Iterable<Uint8Array> {
  const chunk = Buffer.alloc(1024 * 1024, 0x5b);
  for (let i = 0; i < count; i++) yield chunk;
}

describe("enclave server", () => {
  it("answers a route by its method and path, whatever the query", async () => {
    const port = await start(echo);
    const type = "application/octet-stream";
    expect(await send(port, "POST", NONCE, BINARY, [HASH])).toEqual({ status: 200, type, body: HASH });
    const body = Buffer.from(encode(routes.status.response, STATUS));
    expect(await send(port, "GET", "/v2/status?x=1")).toEqual({ status: 200, type, body });
  });

  it("has a door for every route", async () => {
    const port = await start(echo);
    for (const name of ROUTE_NAMES) {
      const { method, path } = routes[name];
      expect([200, 400, 409]).toContain((await send(port, method, path)).status);
    }
  });

  it.each([
    ["an unknown verb", "POST", "/v2/mint", BINARY, HASH, 404, "request/unknown-verb"],
    ["another version", "POST", "/v1/handover/nonce", BINARY, HASH, 404, "request/unknown-verb"],
    ["an unknown path", "GET", "/v2/../etc/passwd", BINARY, undefined, 404, "request/unknown-verb"],
    ["the path of an object's own field", "POST", "/constructor", BINARY, HASH, 404, "request/unknown-verb"],
    ["another method", "GET", NONCE, BINARY, undefined, 405, "request/method"],
    ["another method for status", "POST", "/v2/status", BINARY, HASH, 405, "request/method"],
    ["no content type", "POST", NONCE, {}, HASH, 415, "request/content-type"],
    ["JSON", "POST", NONCE, { "content-type": "application/json" }, HASH, 415, "request/content-type"],
    [
      "a compressed body",
      "POST",
      NONCE,
      { ...BINARY, "content-encoding": "gzip" },
      HASH,
      415,
      "request/content-encoding",
    ],
    ["no body", "POST", NONCE, BINARY, undefined, 400, "decode/truncated"],
    ["a byte too few", "POST", NONCE, BINARY, HASH.subarray(1), 400, "decode/truncated"],
    ["a byte too many", "POST", NONCE, BINARY, Buffer.alloc(33), 400, "decode/trailing"],
    ["a body where there is none", "POST", "/v2/reset", BINARY, HASH, 413, "request/too-large"],
    ["a count of items without them", "POST", "/v2/settle", BINARY, Buffer.alloc(1_000_000, 0xff), 400, "decode"],
  ] as const)("refuses %s, and serves the next request", async (_, method, path, headers, bytes, status, code) => {
    const port = await start(echo);
    const reply = await send(port, method, path, headers, bytes === undefined ? [] : [bytes]);
    expect(refusalOf(reply)).toEqual({ ...refusal(status, code), code: expect.stringContaining(code) });
    expect(await send(port, "GET", "/v2/status")).toMatchObject({ status: 200 });
  });

  it("refuses 100 MB, announced or not, and serves the next request", async () => {
    const port = await start(echo);
    const announced = { ...BINARY, "content-length": String(100 * 1024 * 1024) };
    for (const headers of [announced, BINARY])
      expect(refusalOf(await send(port, "POST", "/v2/settle", headers, megabytes(100)))).toEqual(
        refusal(413, "request/too-large"),
      );
    expect(await send(port, "POST", NONCE, BINARY, [HASH])).toMatchObject({ status: 200 });
  });

  it("takes a body of exactly its route's limit, and not a byte more", async () => {
    const port = await start(echo);
    const { maxRequest } = routes.handoverNonce;
    const [most, more] = [Buffer.alloc(maxRequest), Buffer.alloc(maxRequest + 1)];
    expect(refusalOf(await send(port, "POST", NONCE, BINARY, [most]))).toMatchObject({ status: 400 });
    expect(refusalOf(await send(port, "POST", NONCE, BINARY, [more]))).toEqual(refusal(413, "request/too-large"));
  });

  it("holds no more bytes at once than allowed, and takes them when there is room again", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let started = (): void => undefined;
    const working = new Promise<void>((resolve) => {
      started = resolve;
    });
    const port = await start(
      handling(async ({ transcript }) => {
        started();
        await held;
        return { nonce: transcript };
      }),
      { bodies: 50 },
    );
    const first = send(port, "POST", NONCE, BINARY, [HASH]);
    await working;
    expect(refusalOf(await send(port, "POST", NONCE, BINARY, [HASH]))).toEqual(refusal(503, "request/busy"));
    release();
    expect(await first).toMatchObject({ status: 200 });
    expect(await send(port, "POST", NONCE, BINARY, [HASH])).toMatchObject({ status: 200 });
  });

  it("drops a client that is slow with its headers or its body, and serves the next request", async () => {
    const port = await start(echo, { headersTimeout: 200, requestTimeout: 300 });
    expect(servers).toMatchObject([{ headersTimeout: 200, requestTimeout: 300 }]);
    expect(await raw(port, "POST /v2/settle HTTP/1.1\r\nhost: x\r\n")).toMatch(/^HTTP\/1\.1 408 .*request\/timeout/s);
    const head =
      "POST /v2/settle HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 10\r\n\r\n{";
    expect(await raw(port, head)).toMatch(/^HTTP\/1\.1 408 .*request\/timeout/s);
    await expect.poll(() => send(port, "GET", "/v2/status")).toMatchObject({ status: 200 });
  });

  it("takes no more connections at once than allowed, and another one when one has gone", async () => {
    const port = await start(echo, { connections: 1 });
    const first = connect(port, "127.0.0.1");
    await once(first, "connect");
    await expect(send(port, "GET", "/v2/status")).rejects.toThrow();
    first.destroy();
    const again = () => send(port, "GET", "/v2/status").catch(() => undefined);
    await expect.poll(again, { timeout: 20_000 }).toMatchObject({ status: 200 });
  });

  it("refuses what isn't HTTP, headers without end, and two lengths", async () => {
    const port = await start(echo);
    expect(await raw(port, "\x16\x03\x01\x02\x00\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*request\/http/s);
    const long = `GET /v2/status HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(10_000)}\r\n\r\n`;
    expect(await raw(port, long)).toMatch(/^HTTP\/1\.1 431 .*request\/headers/s);
    const twice = "POST /v2/settle HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}";
    expect(await raw(port, twice)).toMatch(/^HTTP\/1\.1 400 .*request\/http/s);
    expect(await send(port, "GET", "/v2/status")).toMatchObject({ status: 200 });
  });

  it("logs each request but those for the status that are answered: relayers ask all the time", async () => {
    const port = await start(echo);
    await send(port, "GET", "/v2/status");
    expect(events).not.toContain("request");
    await send(port, "GET", "/v2/nothing");
    expect(events.filter((event) => event === "request")).toHaveLength(1);
  });

  it("survives a client that leaves in the middle of its body", async () => {
    const port = await start(echo);
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      "POST /v2/settle HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 99\r\n\r\n{",
    );
    socket.resetAndDestroy();
    await expect.poll(() => events).toContain("request");
    expect(await send(port, "GET", "/v2/status")).toMatchObject({ status: 200 });
  });

  it("answers 500 without details for a defect of its own, logs it, and serves the next request", async () => {
    const port = await start(
      handling(async () => {
        throw new TypeError("detail");
      }),
    );
    const reply = await send(port, "POST", NONCE, BINARY, [HASH]);
    expect(refusalOf(reply)).toEqual(refusal(500, "internal"));
    expect(reply.body.toString()).not.toContain("detail");
    expect(events).toContain("defect");
    expect(await send(port, "GET", "/v2/status")).toMatchObject({ status: 200 });
  });
});
