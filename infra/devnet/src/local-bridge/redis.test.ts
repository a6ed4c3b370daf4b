import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startRedis } from "./redis.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const listen = async (): Promise<number> => {
  const server = createServer((socket) => socket.destroy());
  closing.push(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

const at = (url: string) => startRedis({ kind: "url", url }, "unused.log");

describe("a Redis that is said to run", () => {
  it("is taken where something listens", async () => {
    const url = `redis://127.0.0.1:${await listen()}`;
    expect(await at(url)).toEqual({ url });
  });

  it("is missed at once where nothing does, with what to do", async () => {
    // Port 1 needs privileges that nothing which serves it on a developer's machine has.
    await expect(at("redis://127.0.0.1:1")).rejects.toThrow(
      /^expected Redis at redis:\/\/127\.0\.0\.1:1, as REDIS_URL says: .*\. Start it there, or unset REDIS_URL$/,
    );
    await expect(at("localhost")).rejects.toThrow("that is no URL");
  });
});
