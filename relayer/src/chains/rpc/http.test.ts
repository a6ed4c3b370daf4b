import type { Socket } from "node:net";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { afterEach, describe, expect, it } from "vitest";
import { request, requestOk } from "./http.js";

const { serve, close } = createLoopback();

afterEach(close);

const bounds = { timeoutMs: 20_000, maxResponseBytes: 1_000 };

describe("request", () => {
  it("sends JSON as it is given and returns the text as it comes", async () => {
    const url = await serve((incoming, response) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () => response.end(`${incoming.headers["content-type"]} ${body} 18446744073709551615`));
    });
    expect(await request(url, bounds, '{"a":1}')).toEqual({
      status: 200,
      body: 'application/json {"a":1} 18446744073709551615',
    });
  });

  it("cuts off an answer that is too long", async () => {
    const url = await serve((_, response) => response.end("x".repeat(100_000)));
    await expect(request(url, bounds)).rejects.toMatchObject({ code: "rpc/too-large", retry: "backoff" });
  });

  it("gives up on a node that drips bytes without an end", async () => {
    const url = await serve((_, response) => {
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    });
    await expect(request(url, { ...bounds, timeoutMs: 500 })).rejects.toMatchObject({
      code: "rpc/timeout",
      retry: "backoff",
    });
  });

  it("follows no redirect", async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    await expect(requestOk(url, bounds)).rejects.toMatchObject({ code: "rpc/status" });
  });

  it("is made again where a connection that was kept open ends under it, and not where a new one does", async () => {
    const used = new Set<Socket>();
    const url = await serve(({ socket, method }, response) => {
      if (used.has(socket) || method === "GET") socket.destroy();
      else response.end("answered");
      used.add(socket);
    });
    for (let times = 0; times < 3; times++)
      expect(await request(url, bounds, "{}")).toMatchObject({ body: "answered" });
    expect(used.size).toBe(3);
    await expect(request(url, bounds)).rejects.toMatchObject({ code: "rpc/unreachable" });
    expect(used.size).toBe(4);
  });

  it("says which endpoint couldn't be reached", async () => {
    await expect(request("http://127.0.0.1:1", bounds)).rejects.toMatchObject({
      code: "rpc/unreachable",
      message: expect.stringContaining("from 127.0.0.1:1:"),
    });
  });
});
