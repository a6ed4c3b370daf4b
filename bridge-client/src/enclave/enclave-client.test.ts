import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type EnclaveStatus, statusResponse } from "@pdiem/enclave/wire/identity";
import { advanceResponse } from "@pdiem/enclave/wire/proving";
import { encode } from "@pdiem/light-client/codec/bcs";
import { afterEach, describe, expect, it } from "vitest";
import { createEnclaveClient, type EnclaveClient } from "./enclave-client.js";
import { nodeTransport } from "./node-transport.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const TIMEOUT = 20_000;

const clientOf = (listener: RequestListener, timeout = TIMEOUT): Promise<EnclaveClient> =>
  new Promise((resolve) => {
    const server = createServer({ keepAliveTimeout: 0 }, listener);
    servers.push(server);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve(createEnclaveClient(nodeTransport(`http://127.0.0.1:${port}`, timeout)));
    });
  });

const answering = (status: number, body: string | Uint8Array): Promise<EnclaveClient> =>
  clientOf((_, response) => response.writeHead(status).end(body));

const STATUS: EnclaveStatus = { tee: "simulated", isLasting: true, role: { type: "empty", value: undefined } };
const HASH = new Uint8Array(32).fill(7);
const LIGHT_CLIENTS = { diem: { epoch: 2n, version: 3n }, relay: { setId: 4n, number: 5, hash: HASH } };

describe("the enclave's client", () => {
  it("asks as the route table says, and reads what is answered", async () => {
    const asked: unknown[] = [];
    const client = await clientOf(async (request, response) => {
      const { method, url, headers } = request;
      asked.push({ method, url, type: headers["content-type"], body: await buffer(request) });
      response.end(
        method === "GET" ? encode(statusResponse, STATUS) : encode(advanceResponse, { lightClients: LIGHT_CLIENTS }),
      );
    });
    expect(await client.status()).toEqual(STATUS);
    expect(await client.reset()).toEqual({ lightClients: LIGHT_CLIENTS });
    const type = "application/octet-stream";
    expect(asked).toEqual([
      { method: "GET", url: "/v2/status", type: undefined, body: Buffer.alloc(0) },
      { method: "POST", url: "/v2/reset", type, body: Buffer.alloc(0) },
    ]);
  });

  it("throws the enclave's own code and class of retry", async () => {
    const client = await answering(409, '{"code":"refused/interval","message":"too early","retry":"later"}');
    await expect(client.reset()).rejects.toMatchObject({
      name: "EnclaveError",
      code: "refused/interval",
      retry: "later",
    });
  });

  it.each([
    ["another shape", 200, new Uint8Array([1, 2, 3])],
    ["bytes after the response", 200, new Uint8Array([...encode(statusResponse, STATUS), 0])],
    ["an error that isn't JSON", 502, "<html>"],
    ["an error without a code", 502, '{"oops":true}'],
    ["an unknown class of retry", 409, '{"code":"a","message":"b","retry":"soon"}'],
    ["an endless code", 409, JSON.stringify({ code: "a".repeat(101), message: "b", retry: "later" })],
  ])("refuses %s", async (_, status, body) => {
    const client = await answering(status, body);
    await expect(client.status()).rejects.toMatchObject({ code: "enclave/form", retry: "backoff" });
  });
});

describe("HTTP to the enclave", () => {
  it("cuts off an answer that is too long", async () => {
    const client = await answering(200, new Uint8Array(1024 * 1024));
    await expect(client.reset()).rejects.toMatchObject({ code: "enclave/too-large", retry: "backoff" });
  });

  it("gives up on an answer that drips without an end", async () => {
    const client = await clientOf((_, response) => {
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    }, 500);
    await expect(client.status()).rejects.toMatchObject({ code: "enclave/timeout", retry: "backoff" });
  });

  it("follows no redirect", async () => {
    const client = await clientOf((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    await expect(client.status()).rejects.toMatchObject({ code: "enclave/form" });
  });

  it("asks again where a connection that was kept open ends under it, and not where a new one does", async () => {
    const used = new Set<Socket>();
    const client = await clientOf(({ socket, method }, response) => {
      if (used.has(socket) || method === "GET") socket.destroy();
      else response.end(encode(advanceResponse, { lightClients: LIGHT_CLIENTS }));
      used.add(socket);
    });
    for (let times = 0; times < 3; times++) await client.reset();
    expect(used.size).toBe(3);
    await expect(client.status()).rejects.toMatchObject({ code: "enclave/unreachable" });
    expect(used.size).toBe(4);
  });

  it("tells an enclave that isn't there from one that refuses", async () => {
    const client = createEnclaveClient(nodeTransport("http://127.0.0.1:1", TIMEOUT));
    await expect(client.status()).rejects.toMatchObject({
      code: "enclave/unreachable",
      retry: "backoff",
      message: expect.stringContaining("127.0.0.1:1"),
    });
  });
});
