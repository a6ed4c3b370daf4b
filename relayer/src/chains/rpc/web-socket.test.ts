import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type NodeSocket, openSocket } from "./web-socket.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A connection to a node that answers each request so. */
const connectTo = async (
  answer: (socket: WebSocket, request: Request) => void,
  timeoutMs = 20_000,
): Promise<NodeSocket> => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => answer(socket, JSON.parse(data.toString())));
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const socket = await openSocket(url, { timeoutMs, maxMessageBytes: 10_000 });
  closing.push(() => {
    socket.close();
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return socket;
};

const reply = (socket: WebSocket, id: number, result: unknown): void =>
  socket.send(JSON.stringify({ jsonrpc: "2.0", id, result }));

const notify = (socket: WebSocket, subscription: string, result: unknown): void =>
  socket.send(JSON.stringify({ jsonrpc: "2.0", method: "chain_newHead", params: { subscription, result } }));

describe("a connection to a node", () => {
  it("gives each request its answer, in whatever order they come", async () => {
    const waiting: Request[] = [];
    const node = await connectTo((socket, request) => {
      waiting.push(request);
      if (waiting.length === 2)
        for (const { id, method, params } of waiting.reverse()) reply(socket, id, [method, params]);
    });
    expect(await Promise.all([node.call("a", [1]), node.call("b", [])])).toEqual([
      ["a", [1]],
      ["b", []],
    ]);
  });

  it("rejects with the node's own error, takes a null one for none, and stays", async () => {
    const node = await connectTo((socket, { id, method }) => {
      const error = { code: 1010, message: "Invalid", data: "Stale" };
      socket.send(
        JSON.stringify({ jsonrpc: "2.0", id, ...(method === "ok" ? { result: 7, error: null } : { error }) }),
      );
    });
    await expect(node.call("bad", [])).rejects.toMatchObject({
      code: "rpc/refused",
      message: expect.stringContaining('1010: Invalid: "Stale"'),
    });
    expect(await node.call("ok", [])).toBe(7);
  });

  it("hears what it has subscribed to, also what comes before the subscription's name", async () => {
    const node = await connectTo((socket, { id }) => {
      notify(socket, "s1", 1);
      reply(socket, id, "s1");
      notify(socket, "s1", 2);
      notify(socket, "another", 9);
    });
    const received: unknown[] = [];
    await node.subscribe("chain_subscribeNewHead", (item) => received.push(item));
    await expect.poll(() => received).toEqual([1, 2]);
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
    const node = await connectTo(answer);
    await expect(node.call("a", [])).rejects.toMatchObject({ code: "rpc/disconnected" });
    expect(await node.ended).not.toBe("");
    expect(node.isOpen()).toBe(false);
    await expect(node.call("a", [])).rejects.toThrow("not connected");
  });

  it("waits for no answer longer than it should", async () => {
    const node = await connectTo(() => undefined, 300);
    await expect(node.call("a", [])).rejects.toMatchObject({ code: "rpc/timeout" });
    expect(node.isOpen()).toBe(true);
  });

  it("isn't subscribed by an answer that names no subscription", async () => {
    const node = await connectTo((socket, { id }) => reply(socket, id, { s: 1 }));
    await expect(node.subscribe("y", () => undefined)).rejects.toMatchObject({ code: "rpc/form" });
  });

  it("can't be made to a node that isn't there", async () => {
    await expect(openSocket("ws://127.0.0.1:1", { timeoutMs: 20_000, maxMessageBytes: 1_000 })).rejects.toMatchObject({
      code: "rpc/unreachable",
    });
  });

  it("isn't made where the node asks to be left alone, which is told with the time", async () => {
    const server = new WebSocketServer({
      port: 0,
      host: "127.0.0.1",
      verifyClient: (_, done) => done(false, 429, "busy", { "Retry-After": "7" }),
    });
    await once(server, "listening");
    closing.push(() => server.close());
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(openSocket(url, { timeoutMs: 20_000, maxMessageBytes: 1_000 })).rejects.toMatchObject({
      code: "rpc/busy",
      waitMs: 7_000,
    });
  });
});
