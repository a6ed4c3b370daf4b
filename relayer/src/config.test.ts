import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { HELD_BY_THREE } from "@pdiem/bridge/testing/holders";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import type { PdiemError } from "@pdiem/light-client/error";
import { thrownBy } from "@pdiem/light-client/testing/outcome";
import { afterAll, describe, expect, it } from "vitest";
import { type ConfigFile, configFaults, parseConfig, readConfig } from "./config.js";
import { holderDoors } from "./enclave-door.js";

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

  const HELD = formatBridgeConfig(HELD_BY_THREE) as Record<string, unknown>;
  const doors = ["a", "b", "c"].map((name) => ({ url: `http://${name}.example:8091` }));

  it("names an enclave for each slot where several hold the key, and one where one does", () => {
    const { enclave } = parseConfig({ ...file, enclave: { holders: doors }, bridge: HELD });
    expect(holderDoors(enclave)).toEqual(doors);
    expect(holderDoors(parseConfig(file).enclave).map(({ url }) => url)).toEqual(["http://127.0.0.1:7000"]);
    expect(configFaults({ ...file, enclave: { holders: doors }, bridge: HELD })).toEqual([]);
  });

  it.each([
    ["no enclave", {}, HELD, "config/invalid", "expected either url"],
    [
      "one enclave and one for each slot",
      { ...file.enclave, holders: doors },
      HELD,
      "config/invalid",
      "expected either url",
    ],
    [
      "one slot's enclave twice",
      { holders: [...doors.slice(1), doors[1]] },
      HELD,
      "config/invalid",
      "no enclave holds two",
    ],
    ["a token for all slots", { tokenFile: "t", holders: doors }, HELD, "config/invalid", "beside its url"],
    [
      "one enclave for several slots",
      file.enclave,
      HELD,
      "config/holders",
      "slots 1 (a), 2 (b), 3 (c) in this order, got 0",
    ],
    ["fewer enclaves than slots", { holders: doors.slice(1) }, HELD, "config/holders", "with 3 entries"],
    ["slots where one holds the key", { holders: doors }, bridge, "config/holders", "expected enclave.url"],
  ])("is refused with %s", (_, enclave, held, code, text) => {
    const value = { ...file, enclave, bridge: held };
    expect(refused(value)).toMatchObject({ code, message: expect.stringContaining(text) });
    expect(configFaults(value)).toMatchObject([
      { code, field: expect.stringMatching(/^enclave/), text: expect.stringContaining(text) },
    ]);
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
