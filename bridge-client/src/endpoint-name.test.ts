import { describe, expect, it } from "vitest";
import { endpointName, withoutSecrets } from "./endpoint-name.js";

const KEYED = "wss://user:p4ssw0rd@node.example:99/v3/0a1b2c3d4e5f?key=0f1e2d3c4b5a";

describe("the name of an endpoint", () => {
  it("is its host and port", () => {
    expect(endpointName("http://node.example:8080/")).toBe("node.example:8080");
    expect(endpointName("https://user:password@node.example")).toBe("node.example");
    expect(endpointName("redis://:password@10.0.0.1:6379")).toBe("10.0.0.1:6379");
    expect(endpointName("no URL")).toBe("?");
  });

  it("tells endpoints of one host apart by a hash of path and query", () => {
    const name = endpointName(KEYED);
    expect(name).toMatch(/^node\.example:99#[0-9a-f]{6}$/);
    expect(endpointName("wss://node.example:99/v3/0a1b2c3d4e5f?key=0f1e2d3c4b5a")).toBe(name);
    expect(endpointName("wss://node.example:99/v3/0a1b2c3d4e5f?key=another")).not.toBe(name);
  });
});

describe("a text without secrets", () => {
  it("names the endpoint instead of its URL", () => {
    expect(withoutSecrets(`${KEYED} is away`, KEYED)).toBe(`${endpointName(KEYED)} is away`);
  });

  it("has no key of the URL's that a node repeats", () => {
    const text = withoutSecrets("invalid key 0a1b2c3d4e5f, 0f1e2d3c4b5a of p4ssw0rd, at v3", KEYED);
    expect(text).toBe("invalid key …, … of …, at v3");
  });

  it("finds keys that are written otherwise in the URL", () => {
    expect(withoutSecrets("password pass/word is wrong", "http://u:pass%2Fword@host")).toBe("password … is wrong");
  });
});
