import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import type { PdiemError } from "@pdiem/light-client/error";
import { thrownBy } from "@pdiem/light-client/testing/outcome";
import { afterAll, describe, expect, it } from "vitest";
import { type ConfigFile, parseConfig, readConfig } from "./config.js";

const bridge = formatBridgeConfig(exampleConfig) as Record<string, unknown>;

const file: ConfigFile = {
  diem: { urls: ["http://127.0.0.1:8080"] },
  parachain: { urls: ["wss://parachain.example", "ws://127.0.0.1:9944", "https://other.example"] },
  relay: { urls: ["ws://127.0.0.1:9945"], httpUrls: ["http://127.0.0.1:9933"] },
  enclave: { url: "http://127.0.0.1:7000" },
  redis: { url: "redis://127.0.0.1:6379" },
  bridge,
};

const folder = mkdtempSync(join(tmpdir(), "pdiem-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const refused = (value: unknown): PdiemError => {
  const error = thrownBy(() => parseConfig(value));
  if (error === undefined) throw new Error("expected the configuration to be refused");
  return error;
};

describe("a relayer's configuration", () => {
  it("has defaults for all but the addresses", () => {
    const config = parseConfig(file);
    expect(config.api).toMatchObject({ host: "127.0.0.1", port: 8090 });
    expect(config.diem).toMatchObject({ timeoutMs: 20_000, maxResponseBytes: 64_000_000, pollMs: 2_000 });
    expect(config.redis.prefix).toBe("pdiem");
    expect(config.log.level).toBe("info");
    expect(config.misbehaviour).toEqual({ folder: "evidence", compareMs: 15_000 });
    expect(config.bridge).toEqual(exampleConfig);
  });

  it("takes HTTP endpoints from the WebSocket ones unless they are given", () => {
    const config = parseConfig(file);
    expect(config.parachain.httpUrls).toEqual([
      "https://parachain.example",
      "http://127.0.0.1:9944",
      "https://other.example",
    ]);
    expect(config.relay.httpUrls).toEqual(["http://127.0.0.1:9933"]);
  });

  it.each([
    ["an unknown key", { ...file, reddis: {} }, "reddis"],
    ["an unknown key within a part", { ...file, api: { prot: 1 } }, "prot"],
    ["no endpoint at all", { ...file, diem: { urls: [] } }, "diem.urls: expected at least one URL"],
    [
      "another scheme",
      { ...file, parachain: { urls: ["ftp://127.0.0.1:1"] } },
      "starts with ws:// or wss:// or http://",
    ],
    ["a part that is missing", { ...file, redis: undefined }, "redis"],
    ["a wrong type", { ...file, relay: { ...file.relay, pollMs: "soon" } }, "relay.pollMs"],
    ["something else altogether", "config", "the file"],
  ])("is refused with %s, saying where", (_, value, place) => {
    const { code, message } = refused(value);
    expect(code).toBe("config/invalid");
    expect(message).toContain(place);
  });

  it("is refused with a bridge that the bridge's own rules refuse", () => {
    const currencies: unknown = [];
    expect(refused({ ...file, bridge: { ...bridge, currencies } }).code).toBe("config/bridge");
  });

  it("is read from a file, and what is wrong with the file is told", () => {
    const path = join(folder, "relayer.json");
    writeFileSync(path, JSON.stringify(file));
    expect(readConfig(path).enclave.url).toBe("http://127.0.0.1:7000");
    expect(readConfig(path).misbehaviour.folder).toBe(join(folder, "evidence"));
    expect(readConfig(path).state.folder).toBe(join(folder, "state"));
    writeFileSync(path, "{");
    expect(() => readConfig(path)).toThrow(expect.objectContaining({ code: "config/not-json" }));
    expect(() => readConfig(join(folder, "none.json"))).toThrow(expect.objectContaining({ code: "config/unreadable" }));
  });
});
