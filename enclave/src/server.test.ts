import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createEnclaveServer, type Handle, SERVER_LIMITS, type ServerLimits } from "./server.js";

const servers: Server[] = [];
const events: string[] = [];

const start = async (handle: Handle, limits: Partial<ServerLimits> = {}): Promise<number> => {
  const server = createEnclaveServer(handle, (event) => events.push(event), { ...SERVER_LIMITS, ...limits });
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
  readonly body: unknown;
}

const echo: Handle = async (endpoint, body) => ({ endpoint, body });
const JSON_TYPE = { "content-type": "application/json" };

const send = (
  port: number,
  method: string,
  path: string,
  headers: IncomingHttpHeaders = JSON_TYPE,
  chunks: Iterable<string | Uint8Array> = [],
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const client = httpRequest({ port, host: "127.0.0.1", method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
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

const refusal = (status: number, code: string): object => ({ status, body: expect.objectContaining({ code }) });

function* megabytes(count: number): Iterable<Uint8Array> {
  const chunk = Buffer.alloc(1024 * 1024, 0x5b);
  for (let i = 0; i < count; i++) yield chunk;
}

describe("enclave server", () => {
  it("answers every verb by its method and path, whatever the query", async () => {
    const port = await start(echo);
    for (const verb of ["activate", "advance", "genesis", "settle", "decide", "payout"])
      expect(await send(port, "POST", `/v1/${verb}`, JSON_TYPE, ['{"a":1}'])).toEqual({
        status: 200,
        body: { endpoint: `POST /v1/${verb}`, body: { a: 1 } },
      });
    expect(await send(port, "GET", "/v1/status?x=1")).toEqual({ status: 200, body: { endpoint: "GET /v1/status" } });
  });

  it.each([
    ["an unknown verb", "POST", "/v1/mint", JSON_TYPE, "{}", 404, "request/unknown-verb"],
    ["an unknown path", "GET", "/v1/../etc/passwd", JSON_TYPE, "", 404, "request/unknown-verb"],
    ["the path of an object's own field", "POST", "/constructor", JSON_TYPE, "{}", 404, "request/unknown-verb"],
    ["another method", "GET", "/v1/settle", JSON_TYPE, "", 405, "request/method"],
    ["another method for status", "POST", "/v1/status", JSON_TYPE, "{}", 405, "request/method"],
    ["no content type", "POST", "/v1/settle", {}, "{}", 415, "request/content-type"],
    ["another content type", "POST", "/v1/settle", { "content-type": "text/plain" }, "{}", 415, "request/content-type"],
    [
      "a compressed body",
      "POST",
      "/v1/settle",
      { ...JSON_TYPE, "content-encoding": "gzip" },
      "{}",
      415,
      "request/content-encoding",
    ],
    ["no body", "POST", "/v1/settle", JSON_TYPE, "", 400, "request/json"],
    ["what isn't JSON", "POST", "/v1/settle", JSON_TYPE, "<settle/>", 400, "request/json"],
    ["deep nesting", "POST", "/v1/settle", JSON_TYPE, "[".repeat(5_000_000), 400, "request/json-depth"],
    ["millions of values", "POST", "/v1/settle", JSON_TYPE, `[${"[],".repeat(3_000_000)}0]`, 400, "request/json-items"],
  ] as const)("refuses %s, and serves the next request", async (_, method, path, headers, text, status, code) => {
    const port = await start(echo);
    expect(await send(port, method, path, headers, text === "" ? [] : [text])).toEqual(refusal(status, code));
    expect(await send(port, "GET", "/v1/status")).toMatchObject({ status: 200 });
  });

  it("refuses 100 MB, announced or not, and serves the next request", async () => {
    const port = await start(echo);
    const announced = { ...JSON_TYPE, "content-length": String(100 * 1024 * 1024) };
    expect(await send(port, "POST", "/v1/settle", announced, megabytes(100))).toEqual(
      refusal(413, "request/too-large"),
    );
    expect(await send(port, "POST", "/v1/settle", JSON_TYPE, megabytes(100))).toEqual(
      refusal(413, "request/too-large"),
    );
    expect(await send(port, "POST", "/v1/settle", JSON_TYPE, ["{}"])).toMatchObject({ status: 200 });
  });

  it("takes a body of exactly the limit, and not a byte more", async () => {
    const port = await start(echo, { body: 10 });
    expect(await send(port, "POST", "/v1/settle", JSON_TYPE, ['"12345678"'])).toMatchObject({ status: 200 });
    expect(await send(port, "POST", "/v1/settle", JSON_TYPE, ['"123456789"'])).toEqual(
      refusal(413, "request/too-large"),
    );
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
      async (_, body) => {
        started();
        await held;
        return { body };
      },
      { bodies: 15 },
    );
    const first = send(port, "POST", "/v1/settle", JSON_TYPE, ['"12345678"']);
    await working;
    expect(await send(port, "POST", "/v1/settle", JSON_TYPE, ['"12345678"'])).toEqual(refusal(503, "request/busy"));
    release();
    expect(await first).toMatchObject({ status: 200 });
    expect(await send(port, "POST", "/v1/settle", JSON_TYPE, ['"12345678"'])).toMatchObject({ status: 200 });
  });

  it("drops a client that is slow with its headers or its body, and serves the next request", async () => {
    const port = await start(echo, { headersTimeout: 200, requestTimeout: 300 });
    expect(servers).toMatchObject([{ headersTimeout: 200, requestTimeout: 300 }]);
    expect(await raw(port, "POST /v1/settle HTTP/1.1\r\nhost: x\r\n")).toMatch(/^HTTP\/1\.1 408 .*request\/timeout/s);
    const head = "POST /v1/settle HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{";
    expect(await raw(port, head)).toMatch(/^HTTP\/1\.1 408 .*request\/timeout/s);
    await expect.poll(() => send(port, "GET", "/v1/status")).toMatchObject({ status: 200 });
  });

  it("takes no more connections at once than allowed, and another one when one has gone", async () => {
    const port = await start(echo, { connections: 1 });
    const first = connect(port, "127.0.0.1");
    await once(first, "connect");
    await expect(send(port, "GET", "/v1/status")).rejects.toThrow();
    first.destroy();
    const again = () => send(port, "GET", "/v1/status").catch(() => undefined);
    await expect.poll(again, { timeout: 20_000 }).toMatchObject({ status: 200 });
  });

  it("refuses what isn't HTTP, headers without end, and two lengths", async () => {
    const port = await start(echo);
    expect(await raw(port, "\x16\x03\x01\x02\x00\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*request\/http/s);
    const long = `GET /v1/status HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(10_000)}\r\n\r\n`;
    expect(await raw(port, long)).toMatch(/^HTTP\/1\.1 431 .*request\/headers/s);
    const twice = "POST /v1/settle HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}";
    expect(await raw(port, twice)).toMatch(/^HTTP\/1\.1 400 .*request\/http/s);
    expect(await send(port, "GET", "/v1/status")).toMatchObject({ status: 200 });
  });

  it("logs each request but those for the status that are answered: relayers ask all the time", async () => {
    const port = await start(echo);
    await send(port, "GET", "/v1/status");
    expect(events).not.toContain("request");
    await send(port, "GET", "/v1/nothing");
    expect(events.filter((event) => event === "request")).toHaveLength(1);
  });

  it("survives a client that leaves in the middle of its body", async () => {
    const port = await start(echo);
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      "POST /v1/settle HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
    );
    socket.resetAndDestroy();
    await expect.poll(() => events).toContain("request");
    expect(await send(port, "GET", "/v1/status")).toMatchObject({ status: 200 });
  });

  it("answers 500 without details for a defect of its own, logs it, and serves the next request", async () => {
    const port = await start(async (endpoint) => {
      if (endpoint === "GET /v1/status") return {};
      throw new TypeError("detail");
    });
    const reply = await send(port, "POST", "/v1/settle", JSON_TYPE, ["{}"]);
    expect(reply).toEqual(refusal(500, "internal"));
    expect(JSON.stringify(reply)).not.toContain("detail");
    expect(events).toContain("defect");
    expect(await send(port, "GET", "/v1/status")).toMatchObject({ status: 200 });
  });
});
