import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { eventStream, type StreamEvent } from "./event-stream.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server whose connections are answered in turn. */
const serve = async (...answers: readonly ((to: ServerResponse) => void)[]): Promise<string> => {
  let count = 0;
  const server = createServer((_, to) => answers[Math.min(count++, answers.length - 1)]?.(to));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

const take = async (url: string, count: number, losses: string[] = []): Promise<readonly StreamEvent[]> => {
  const end = new AbortController();
  const events: StreamEvent[] = [];
  for await (const event of eventStream(url, end.signal, (reason) => losses.push(reason), 1)) {
    events.push(event);
    if (events.length === count) end.abort();
  }
  return events;
};

describe("a stream of events", () => {
  it("gives events whole, in whatever pieces they come, and passes over signs of life", async () => {
    const url = await serve((to) => {
      to.writeHead(200);
      to.write("retry: 2000\n\n: alive\n\nevent: trans");
      setImmediate(() => to.write('fer\ndata: {"a":1}\n\ndata: plain\n\n'));
    });
    expect(await take(url, 2)).toEqual([
      { type: "transfer", data: '{"a":1}' },
      { type: "message", data: "plain" },
    ]);
  });

  it("is taken up again where the connection is lost, or the server refuses for a while", async () => {
    const losses: string[] = [];
    const url = await serve(
      (to) => {
        to.writeHead(200);
        to.write("data: 1\n\n", () => to.destroy());
      },
      (to) => to.writeHead(503).end(),
      (to) => to.writeHead(200).write("data: 2\n\n"),
    );
    expect((await take(url, 2, losses)).map(({ data }) => data)).toEqual(["1", "2"]);
    expect(losses.some((reason) => reason.includes("503"))).toBe(true);
  });

  it("ends where there are no such events", async () => {
    const url = await serve((to) => to.writeHead(404).end());
    await expect(take(url, 1)).rejects.toMatchObject({ code: "request/invalid" });
  });
});
