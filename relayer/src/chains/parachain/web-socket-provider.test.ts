import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { webSocketProvider } from "./web-socket-provider.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A provider connected to a node that answers each request so. */
const connectTo = async (answer: (socket: WebSocket, request: Request) => void, timeoutMs = 20_000) => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => answer(socket, JSON.parse(data.toString())));
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = webSocketProvider(url, { timeoutMs, maxMessageBytes: 10_000 });
  closing.push(() => {
    void provider.disconnect();
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await provider.connect();
  return provider;
};

const reply = (socket: WebSocket, id: number, result: unknown): void =>
  socket.send(JSON.stringify({ jsonrpc: "2.0", id, result }));

const notify = (socket: WebSocket, subscription: string, result: unknown): void =>
  socket.send(JSON.stringify({ jsonrpc: "2.0", method: "chain_newHead", params: { subscription, result } }));

describe("a connection to a node", () => {
  it("gives each request its answer, in whatever order they come", async () => {
    const waiting: Request[] = [];
    const provider = await connectTo((socket, request) => {
      waiting.push(request);
      if (waiting.length === 2)
        for (const { id, method, params } of waiting.reverse()) reply(socket, id, [method, params]);
    });
    expect(await Promise.all([provider.send("a", [1]), provider.send("b", [])])).toEqual([
      ["a", [1]],
      ["b", []],
    ]);
  });

  it("rejects with the node's own error, and stays", async () => {
    const provider = await connectTo((socket, { id, method }) => {
      if (method === "ok") reply(socket, id, null);
      else
        socket.send(JSON.stringify({ jsonrpc: "2.0", id, error: { code: 1010, message: "Invalid", data: "Stale" } }));
    });
    await expect(provider.send("bad", [])).rejects.toThrow('1010: Invalid: "Stale"');
    expect(await provider.send("ok", [])).toBe(null);
  });

  it("hears what it has subscribed to until it unsubscribes, also what comes before the subscription's name", async () => {
    const provider = await connectTo((socket, { id, method }) => {
      if (method !== "chain_subscribeNewHead") return reply(socket, id, true);
      notify(socket, "s1", 1);
      reply(socket, id, "s1");
      notify(socket, "s1", 2);
      notify(socket, "another", 9);
    });
    const received: unknown[] = [];
    const id = await provider.subscribe("chain_newHead", "chain_subscribeNewHead", [], (_, item) =>
      received.push(item),
    );
    await expect.poll(() => received).toEqual([1, 2]);
    expect(await provider.unsubscribe("chain_newHead", "chain_unsubscribeNewHead", id)).toBe(true);
  });

  it.each<[string, (socket: WebSocket, request: Request) => void]>([
    ["what isn't JSON", (socket) => socket.send("hello")],
    ["bytes", (socket) => socket.send(Buffer.alloc(100, 0xff))],
    ["JSON of another kind", (socket) => socket.send("[1, null]")],
    ["fields of another type", (socket) => socket.send('{"jsonrpc":"2.0","id":"1","result":1}')],
    ["an error that is none", (socket, { id }) => socket.send(JSON.stringify({ id, error: "no" }))],
    ["more than it may", (socket, { id }) => reply(socket, id, "x".repeat(20_000))],
    ["an end", (socket) => socket.terminate()],
  ])("ends, told as such, when the node sends %s", async (_, answer) => {
    const provider = await connectTo(answer);
    let told = 0;
    provider.on("disconnected", () => {
      told += 1;
    });
    await expect(provider.send("a", [])).rejects.toThrow(/^ws:\/\/127\.0\.0\.1/);
    expect(provider.isConnected).toBe(false);
    expect(told).toBe(1);
    await expect(provider.send("a", [])).rejects.toThrow("not connected");
  });

  it("waits for no answer longer than it should", async () => {
    const provider = await connectTo(() => undefined, 300);
    await expect(provider.send("a", [])).rejects.toThrow("no answer to a within 300 ms");
    expect(provider.isConnected).toBe(true);
  });

  it("isn't subscribed by an answer that names no subscription", async () => {
    const provider = await connectTo((socket, { id }) => reply(socket, id, { s: 1 }));
    await expect(provider.subscribe("x", "y", [], () => undefined)).rejects.toThrow("no subscription id");
  });

  it("can't be made to a node that isn't there", async () => {
    const provider = webSocketProvider("ws://127.0.0.1:1", { timeoutMs: 20_000, maxMessageBytes: 1_000 });
    await expect(provider.connect()).rejects.toThrow("ECONNREFUSED");
  });
});
