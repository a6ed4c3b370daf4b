import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../testing/rpc.js";
import type { Methods } from "./dispatch.js";
import { invalidParams } from "./error.js";
import { type RpcServer, startRpcServer } from "./server.js";

let stops = 0;
const methods: Methods = {
  echo: (params) => params,
  nothing: () => undefined,
  refuse: () => {
    throw invalidParams("expected something else");
  },
  fail: async () => {
    throw new Error("a defect");
  },
  subscribe: (_params, connection) =>
    connection.subscribe("news", (notify) => {
      notify("first");
      return () => {
        stops += 1;
      };
    }),
  unsubscribe: ([id], connection) => connection.unsubscribe(id),
};

let server: RpcServer;
beforeAll(async () => {
  const routes = { "POST /-/double": (body: unknown) => (typeof body === "number" ? 2 * body : null) };
  server = await startRpcServer({ port: 0, methods, routes });
});
afterAll(() => server.close());

const post = (body: string, path = "/"): Promise<Response> => fetch(server.url + path, { method: "POST", body });
const ask = async (body: string): Promise<unknown> => (await post(body)).json();
const request = (method: string, id = 1): string => JSON.stringify({ jsonrpc: "2.0", id, method, params: [7] });

describe("JSON-RPC over HTTP", () => {
  it("answers one request or a batch, null where there is no result", async () => {
    expect(await ask(request("echo"))).toEqual({ jsonrpc: "2.0", id: 1, result: [7] });
    expect(await ask(`[${request("nothing", 2)},${request("echo", 3)}]`)).toEqual([
      { jsonrpc: "2.0", id: 2, result: null },
      { jsonrpc: "2.0", id: 3, result: [7] },
    ]);
  });

  it.each([
    ["no JSON", "{", -32700],
    ["an empty batch", "[]", -32600],
    ["a batch of more than 1,000", `[${Array(1001).fill("1").join(",")}]`, -32600],
    ["no method", '{"id":1}', -32600],
    ["parameters by name", '{"id":1,"method":"echo","params":{"a":1}}', -32600],
    ["an unknown method", request("none"), -32601],
    ["a method of every object", request("toString"), -32601],
    ["a subscription, which needs a WebSocket", request("subscribe"), -32601],
    ["what the method refuses", request("refuse"), -32602],
    ["a defect", request("fail"), -32603],
  ])("refuses %s", async (_what, body, code) => {
    expect(await ask(body)).toMatchObject({ error: { code } });
  });

  it("refuses a body above 16 MiB, and serves the next", async () => {
    const response = await post(`"${"x".repeat(17 * 1024 * 1024)}"`).catch(() => undefined);
    expect(response?.status ?? 413).toBe(413);
    expect(await ask(request("echo"))).toMatchObject({ result: [7] });
  });

  it("serves routes apart from JSON-RPC, and nothing else", async () => {
    expect(await (await post("21", "/-/double")).json()).toBe(42);
    expect((await post("{", "/-/double")).status).toBe(400);
    expect((await post("1", "/other")).status).toBe(404);
    expect((await fetch(server.url)).status).toBe(404);
  });
});

describe("JSON-RPC over WebSocket", () => {
  it("sends a subscription's id before its first notification, and stops it when asked or closed", async () => {
    const socket = new WebSocket(server.wsUrl);
    const received: { readonly result?: unknown }[] = [];
    socket.on("message", (data) => received.push(JSON.parse(data.toString())));
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(request("subscribe", 1));
    await eventually(() => received.length === 2 || undefined);
    const [answer, notification] = received;
    expect(answer).toMatchObject({ id: 1, result: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(notification).toEqual({
      jsonrpc: "2.0",
      method: "news",
      params: { subscription: answer?.result, result: "first" },
    });
    const unsubscribe = { jsonrpc: "2.0", id: 2, method: "unsubscribe", params: [answer?.result] };
    socket.send(JSON.stringify(unsubscribe));
    socket.send(JSON.stringify({ ...unsubscribe, id: 3 }));
    await eventually(() => received.length === 4 || undefined);
    expect(received.slice(2)).toMatchObject([
      { id: 2, result: true },
      { id: 3, result: false },
    ]);
    expect(stops).toBe(1);
    socket.send(request("subscribe", 4));
    await eventually(() => received.length === 6 || undefined);
    socket.close();
    await eventually(() => stops === 2 || undefined);
  });
});
