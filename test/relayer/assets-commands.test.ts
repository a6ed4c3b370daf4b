/** `pdiem assets` against both chains of the devnet, as an operator runs it. */
import { devAccount } from "@pdiem/devnet/asset-hub/operator";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { runtimeFile } from "@pdiem/devnet/testing/runtime-files";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AssetOperator, startAssetOperator } from "./support/asset-operator.js";

const XUS = 1984;

/** An account that is told instead of an enclave's. */
const as = (who: Uint8Array): readonly string[] => ["--issuer", toHex(who)];

describe("assets", () => {
  let setting: AssetOperator;
  beforeAll(async () => {
    setting = await startAssetOperator();
  });
  afterAll(() => setting.close());

  it("PROTOCOL 5: go step by step, and on from where it was, until they are proven to be as genesis wants", async () => {
    const { assets, configure, keyed } = setting;
    const file = configure(XUS);
    const issuer = as(devAccount("//Enclave").publicKey);
    expect((await assets("check", "-c", file, ...issuer)).out).toMatch(/DIFFERS {4}asset 1984 \(XUS\): .* not there/);
    const shown = await assets("create", "-c", file, ...keyed, ...issuer, "--dry-run", "--json");
    expect([shown.code, JSON.parse(shown.out)]).toMatchObject([0, { dryRun: true }]);
    expect(JSON.parse(shown.out).sendings[0].what).toMatch(/^XUS: make the asset/);
    expect((await assets("check", "-c", file, ...issuer)).out).toMatch(/DIFFERS {4}asset 1984 \(XUS\): .* not there/);
    // Without the enclave's key as much is done as can be.
    const first = await assets("create", "-c", file, ...keyed);
    expect([first.code, first.err]).toEqual([
      3,
      expect.stringMatching(/done {4}XUS: make the asset(.*\n)*assets\/waits/),
    ]);
    const second = await assets("create", "-c", file, ...keyed, ...issuer, "--at-once");
    expect([second.code, second.err]).toEqual([0, expect.not.stringContaining("make the asset")]);
    const { code, out } = await assets("check", "-c", file, ...issuer);
    expect([code, out]).toEqual([0, expect.stringContaining("READY")]);
    expect(out).toMatch(/^proven at the parachain's finalized block/);
    expect(out).toContain('"pDiem XUS", pXUS, 6 decimals');
  });

  it("are made by calls that are signed elsewhere, all at once", async () => {
    const { assets, configure, operator } = setting;
    const file = configure(XUS + 1);
    const who = ["--sender", toHex(operator.account), ...as(devAccount("//Other enclave").publicKey)];
    const { code, out } = await assets("create", "-c", file, ...who);
    expect(code).toBe(3);
    await operator.signCall(fromHex(out.split("\n").at(-1)?.trim() ?? ""));
    expect((await assets("check", "-c", file, ...who.slice(2), "--unproven")).code).toBe(0);
  });

  it("are told from somebody else's, and what is wrong with those that are there, each with what to do", async () => {
    const { assets, configure, keyed, operator } = setting;
    const other = devAccount("//Third enclave").publicKey;
    const roles = { owner: other, issuer: other, admin: operator.account, freezer: other };
    await operator.fundAccount(other, 10n ** 10n);
    await operator.createAsset({ ...roles, id: XUS + 2, minBalance: 11n });
    const file = configure(XUS + 2);
    expect((await assets("create", "-c", file, ...keyed, ...as(operator.account))).err).toContain("assets/stuck");
    const { code, out } = await assets("check", "-c", file, ...as(other), "--unproven");
    expect(code).toBe(1);
    expect(out).toMatch(/^UNPROVEN/);
    expect(out.match(/^(DIFFERS|advice) .*?:/gm)?.map((line) => line.replace(/ 0x.*:/, ":"))).toEqual([
      "DIFFERS    Admin of asset 1986 (XUS):",
      "DIFFERS    Freezer of asset 1986 (XUS):",
      "DIFFERS    least balance of asset 1986 (XUS):",
      "advice     sufficiency of asset 1986 (XUS):",
      "advice     metadata of asset 1986 (XUS):",
      "DIFFERS    issuer's free balance, of:",
      "advice     guardians' Freezer:",
      "advice     fee account:",
    ]);
    expect(out.match(/what to do: /g)?.length).toBe(8);
  });

  it("aren't planned on another chain than the configuration's", async () => {
    const { assets, configure } = setting;
    const parachain = { assetsPallet: "Assets", genesisHash: `0x${"05".repeat(32)}` };
    const file = configure(XUS, (bridge) => ({ ...bridge, parachain }));
    expect(await assets("plan", "-c", file)).toMatchObject({
      code: 2,
      err: expect.stringContaining("config/other-chain"),
    });
  });
});

describe.each(["passet-hub-1019002", "asset-hub-paseo-1003000"])("assets on %s", (name) => {
  const wasm = runtimeFile(name);
  it.skipIf(wasm === undefined)("are made at once, and proven; skipped without PDIEM_RUNTIMES", async () => {
    const setting = await startAssetOperator(await loadRuntime(wasm ?? ""));
    try {
      const { assets, configure, keyed } = setting;
      const issuer = as(devAccount("//Enclave").publicKey);
      const file = configure(XUS);
      const made = await assets("create", "-c", file, ...keyed, ...issuer, "--at-once");
      expect(made.code).toBe(0);
      const checked = await assets("check", "-c", file, ...issuer);
      expect([checked.code, checked.out]).toEqual([0, expect.stringContaining("READY")]);
    } finally {
      await setting.close();
    }
  });
});
