import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBridgeConfig } from "@pdiem/bridge/config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "./cli.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Nobody listens on port 1.
const configFile = (name: string, api: object): string => {
  const file = join(folder, name);
  const config = {
    diem: { urls: ["http://127.0.0.1:1"] },
    parachain: { urls: ["ws://127.0.0.1:1"] },
    relay: { urls: ["ws://127.0.0.1:1"] },
    enclave: { url: "http://127.0.0.1:1" },
    redis: { url: "redis://127.0.0.1:1" },
    log: { level: "silent" },
    api,
    bridge: formatBridgeConfig(exampleConfig),
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
};

const config = configFile("relayer.json", { port: 1 });
const ACCOUNT = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const said = { out: "", err: "" };
  const code = await runCli(args, {
    out: (text) => {
      said.out += `${text}\n`;
    },
    err: (text) => {
      said.err += `${text}\n`;
    },
  });
  return { code, ...said };
};

describe("the command pdiem", () => {
  it("explains itself", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    expect(out).toContain("deposit-address");
  });

  it.each([
    ["no command", []],
    ["an unknown command", ["deposit"]],
    ["no configuration", ["status"]],
    ["a configuration that isn't there", ["status", "--config", "/nowhere.json"]],
    ["an account that is none", ["deposit-address", "5Grwva", "--raw", "--config", config]],
    ["a timeout that is no time", ["deposit-address", ACCOUNT, "--timeout", "-1", "--config", config]],
    ["an API that is no URL", ["status", "--api", "localhost", "--config", config]],
  ])("ends with status 2 given %s, and says what was wrong", async (_, args) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).not.toBe("");
    expect(err).not.toContain("    at ");
  });

  it("gives the 32 bytes as metadata without asking anybody", async () => {
    const custody = toHex(exampleConfig.diem.custody);
    const metadata = `030120${ACCOUNT}`;
    const forPeople = await run("deposit-address", ACCOUNT, "--raw", "--config", config);
    expect(forPeople).toEqual({
      code: 0,
      out: `account  ${ACCOUNT}\npay      ${custody}\nmetadata ${metadata}\n`,
      err: "",
    });
    const forScripts = await run("deposit-address", `0x${ACCOUNT}`, "--raw", "--json", "--config", config);
    expect(JSON.parse(forScripts.out)).toEqual({ account: ACCOUNT, custody, metadata });
  });

  it("ends with status 3 while the relayer isn't there", async () => {
    const { code, out, err } = await run("status", "--config", config);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toMatch(/^rpc\/unreachable: /);
  });

  it("doesn't start where another program listens, and says where, though Redis is away", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run("start", "--config", configFile("taken.json", { port }));
    other.close();
    expect(code).toBe(2);
    expect(err).toContain(`config/listen: expected to listen at 127.0.0.1:${port}`);
  });
});
