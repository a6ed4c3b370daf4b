import { ProofError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { RpcError } from "../../error.js";
import { createEndpoints } from "./endpoints.js";

const down = (url: string) => new RpcError("rpc/unreachable", `${url} is down`, "backoff");

describe("endpoints", () => {
  it("stays with the operator's first choice while it answers", async () => {
    const endpoints = createEndpoints(["a", "b"]);
    const asked: string[] = [];
    for (let i = 0; i < 3; i++) await endpoints.run(async (url) => asked.push(url));
    expect(asked).toEqual(["a", "a", "a"]);
  });

  it("goes on to the next endpoint when one is down, and lets that one rest", async () => {
    let time = 0;
    const endpoints = createEndpoints(["a", "b"], () => time);
    const asked: string[] = [];
    const attempt = async (url: string): Promise<string> => {
      asked.push(url);
      if (url === "a") throw down(url);
      return url;
    };
    expect(await endpoints.run(attempt)).toBe("b");
    time = 500;
    expect(await endpoints.run(attempt)).toBe("b");
    expect(asked).toEqual(["a", "b", "b"]);
    expect(endpoints.health()[0]).toMatchObject({ failuresInARow: 1, lastError: "a is down" });
  });

  it("passes over a node whose proof doesn't verify", async () => {
    const endpoints = createEndpoints(["liar", "honest"]);
    const value = await endpoints.run(async (url) => {
      if (url === "liar") throw new ProofError("proof/root", "another root");
      return url;
    });
    expect(value).toBe("honest");
  });

  it("tries an endpoint that rests when all do", async () => {
    const endpoints = createEndpoints(["a"], () => 0);
    await expect(endpoints.run(async (url) => Promise.reject(down(url)))).rejects.toMatchObject({
      code: "rpc/unreachable",
    });
    expect(await endpoints.run(async (url) => url)).toBe("a");
    expect(endpoints.health()[0]).toMatchObject({ failuresInARow: 0, lastError: undefined });
  });

  it("blames no endpoint for facts that aren't there yet, nor for a defect", async () => {
    const endpoints = createEndpoints(["a", "b"]);
    const asked: string[] = [];
    const later = endpoints.run(async (url) => {
      asked.push(url);
      throw new RpcError("rpc/not-final", "not final yet", "later");
    });
    await expect(later).rejects.toMatchObject({ code: "rpc/not-final" });
    await expect(endpoints.run(async () => Promise.reject(new TypeError("defect")))).rejects.toThrow(TypeError);
    expect(asked).toEqual(["a"]);
    expect(endpoints.health().every(({ failuresInARow }) => failuresInARow === 0)).toBe(true);
  });

  it("asks on when an answer is old, and takes it if no other is newer", async () => {
    const endpoints = createEndpoints(["http://stuck", "http://current"]);
    const isFresh = (url: string) => url === "http://current";
    expect(await endpoints.run(async (url) => url, { isFresh })).toBe("http://current");
    expect(await endpoints.run(async (url) => url, { isFresh })).toBe("http://current");
    expect(await endpoints.run(async (url) => url, { isFresh: () => false })).toBe("http://current");
    expect(endpoints.health()[0]).toMatchObject({
      url: "http://stuck",
      lastError: "expected stuck to have new blocks, its chain stands still",
    });
  });

  it("comes back to a better endpoint once it has recovered", async () => {
    let time = 0;
    const endpoints = createEndpoints(["a", "b"], () => time);
    await endpoints.run(async (url) => (url === "a" ? Promise.reject(down(url)) : url));
    time = 61_000;
    await endpoints.run(async (url) => (url === "b" ? Promise.reject(down(url)) : url));
    time = 122_000;
    expect(await endpoints.run(async (url) => url)).toBe("a");
    expect(endpoints.health().map(({ failuresInARow }) => failuresInARow)).toEqual([0, 1]);
  });
});
