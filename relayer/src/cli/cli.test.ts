import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { versionFault } from "../../bin/node-version.mjs";
import { runCommand as run, writeLonelyConfig } from "./testing/run-command.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const config = writeLonelyConfig(join(folder, "relayer.json"), exampleConfig);
const ACCOUNT = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

describe("the command pdiem", () => {
  it("explains itself", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    expect(out).toContain("deposit-address");
  });

  it("says which version it is", async () => {
    expect(await run("--version")).toEqual({
      code: 0,
      out: expect.stringMatching(/^[0-9]+\.[0-9]+\.[0-9]+$/),
      err: "",
    });
  });

  it("gives no account for paying the bridge's own custody, which can't be paid, and asks nobody", async () => {
    const custody = toHex(exampleConfig.diem.custody);
    const { code, out, err } = await run("withdraw-address", custody, "--refund", ACCOUNT, "--config", config);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^refused\/payee-family: /);
  });

  it("gives no way to pay an account that nobody, or the bridge alone, could spend from, and asks nobody", async () => {
    const custody = toHex(exampleConfig.diem.custody);
    for (const account of ["00".repeat(32), `${custody}${"00".repeat(16)}`, `${"00".repeat(16)}${custody}`]) {
      const deposit = await run("deposit-address", account, "--raw", "--config", config);
      expect([account, deposit.code, deposit.err]).toEqual([
        account,
        1,
        expect.stringMatching(/^refused\/unspendable: /),
      ]);
      const withdrawal = await run("withdraw-address", "01".repeat(16), "--refund", account, "--config", config);
      expect(withdrawal.err).toMatch(/^refused\/unspendable: /);
    }
  });

  it.each(["statemine-9000", "statemine", "0x123", "0xzz"])(
    "says which profiles there are where a configuration names another: %s",
    async (profile) => {
      const file = join(folder, "profile.json");
      const written = JSON.parse(readFileSync(config, "utf8"));
      const parachain = { ...written.bridge.parachain, profile };
      writeFileSync(file, JSON.stringify({ ...written, bridge: { ...written.bridge, parachain } }));
      const { code, err } = await run("status", "--config", file);
      expect(code).toBe(2);
      expect(err).toContain(`a pinned profile (statemine-900) or 0x-hex of one, got "${profile}"`);
    },
  );

  it.each([
    ["18.20.4", true],
    ["20.18.3", true],
    ["20.19.0", false],
    ["22.1.0", false],
  ])("needs a Node.js that can load its libraries, and says which: %s", (version, isTooOld) => {
    expect(versionFault(version)?.includes("20.19") ?? false).toBe(isTooOld);
  });

  it.each([
    ["no command", []],
    ["an unknown command", ["deposit"]],
    ["no configuration", ["status"]],
    ["a configuration that isn't there", ["status", "--config", "/nowhere.json"]],
    ["an address that is none", ["withdraw-address", "0123", "--refund", ACCOUNT, "--config", config]],
    ["no refund account", ["withdraw-address", "00".repeat(16), "--config", config]],
    ["an account that is none", ["deposit-address", "5Grwva", "--raw", "--config", config]],
    ["a timeout that is no time", ["deposit-address", ACCOUNT, "--timeout", "-1", "--config", config]],
    ["a token without decimals", ["runtime", "check", "runtime.wasm", "--token", "DOT"]],
    ["a runtime's file that isn't there", ["runtime", "check", "/nowhere.wasm"]],
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
      out: `account  ${ACCOUNT}\npay      ${custody}\nmetadata ${metadata}`,
      err: "",
    });
    const forScripts = await run("deposit-address", `0x${ACCOUNT}`, "--raw", "--json", "--config", config);
    expect(JSON.parse(forScripts.out)).toEqual({ account: ACCOUNT, custody, metadata });
  });

  it("ends with status 3 while the relayer isn't there", async () => {
    const { code, out, err } = await run("status", "--config", config);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toMatch(/^rpc\/unreachable: .*Does a relayer run there\? --api names another$/);
  });

  it("doesn't start where another program listens, and says where, though Redis is away", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run(
      "start",
      "--config",
      writeLonelyConfig(join(folder, "taken.json"), exampleConfig, { port }),
    );
    other.close();
    expect(code).toBe(2);
    expect(err).toContain(`config/listen: expected to listen at 127.0.0.1:${port}`);
  });
});
