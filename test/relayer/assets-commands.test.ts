/** `pdiem assets` against both chains of the devnet, as an operator runs it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { type CommandOutcome, runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const XUS = 1984;
const OPERATOR_URI = "//Operator";
const FREEZER = devAccount("//Guardians").publicKey;

let diem: RunningDiem;
let substrate: SubstrateChains;
let operator: Operator;
const folder = mkdtempSync(join(tmpdir(), "pdiem-assets-"));
const keyFile = join(folder, "alice");

interface BridgeJson {
  readonly currencies: readonly object[];
  readonly parachain: object;
}

/** Puts the one asset under another id. */
const withAsset =
  (assetId: number) =>
  (bridge: BridgeJson): object => ({ ...bridge, currencies: bridge.currencies.map((one) => ({ ...one, assetId })) });

/** The relayer's configuration, some of whose bridge's fields are changed. */
const configFile = (name: string, change: (bridge: BridgeJson) => object = (bridge) => bridge): string => {
  const { setId, authorities, finalized } = substrate.relay.trustRoot();
  const { paraId, genesisHash } = substrate.assetHub;
  const bridge = formatBridgeConfig({
    ...exampleConfig,
    diem: { ...exampleConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
    relay: { setId, authorities, finalized: { number: finalized.number, hash: finalized.hash } },
    parachain: { ...exampleConfig.parachain, paraId, genesisHash },
    currencies: exampleConfig.currencies.slice(0, 1).map((currency) => ({ ...currency, assetId: XUS })),
    reserve: 1_000_000_000_000n,
    genesisCost: 500_000_000_000n,
    guardians: { ...exampleConfig.guardians, freezer: FREEZER },
  });
  const file = join(folder, name);
  const config = {
    diem: { urls: [diem.url] },
    parachain: { urls: [substrate.assetHub.wsUrl] },
    relay: { urls: [substrate.relay.wsUrl] },
    enclave: { url: "http://127.0.0.1:1" },
    redis: { url: "redis://127.0.0.1:1" },
    bridge: change(bridge as BridgeJson),
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
};

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20 });
  substrate = await startSubstrate({
    assetHub: {
      cadence: { busyInterval: 20, idleInterval: 500 },
      endowed: [{ account: devAccount(OPERATOR_URI).publicKey, free: 10n ** 18n }],
    },
    relay: { cadence: { busyInterval: 20, idleInterval: 100 } },
  });
  operator = await connectOperator({ url: substrate.assetHub.wsUrl, uri: OPERATOR_URI });
  writeFileSync(keyFile, `${OPERATOR_URI}\n`);
  await substrate.assetHub.produceBlock();
  await eventually(() => (substrate.assetHub.finalized().header.number > 0 ? true : undefined));
});

afterAll(async () => {
  await operator.close();
  await substrate.close();
  await diem.close();
  rmSync(folder, { recursive: true });
});

/** An account that is told instead of an enclave's. */
const as = (who: Uint8Array): readonly string[] => ["--issuer", toHex(who)];
const keyed = ["--key", keyFile, "--scheme", "ed25519"];
const assets = (...args: readonly string[]): Promise<CommandOutcome> => runCommand("assets", ...args);

describe("assets", () => {
  it("PROTOCOL 5: go step by step, and on from where it was, until they are proven to be as genesis wants", async () => {
    const file = configFile("keyed.json");
    const issuer = as(devAccount("//Enclave").publicKey);
    expect((await assets("check", "-c", file, ...issuer)).out).toMatch(/DIFFERS {4}asset 1984 \(XUS\): .* not there/);
    // Without the enclave's key as much is done as can be.
    const first = await assets("create", "-c", file, ...keyed);
    expect([first.code, first.err]).toEqual([
      3,
      expect.stringMatching(/done {4}XUS: make the asset(.*\n)*assets\/waits/),
    ]);
    const second = await assets("create", "-c", file, ...keyed, ...issuer);
    expect([second.code, second.err]).toEqual([0, expect.not.stringContaining("make the asset")]);
    const { code, out } = await assets("check", "-c", file, ...issuer);
    expect([code, out]).toEqual([0, expect.stringContaining("READY")]);
    expect(out).toMatch(/^proven at the parachain's finalized block/);
    expect(out).toContain('"pDiem XUS", pXUS, 6 decimals');
  });

  it("are made by calls that are signed elsewhere, all at once", async () => {
    const file = configFile("elsewhere.json", withAsset(XUS + 1));
    const who = ["--sender", toHex(operator.account), ...as(devAccount("//Other enclave").publicKey)];
    const { code, out } = await assets("create", "-c", file, ...who);
    expect(code).toBe(3);
    await operator.signCall(fromHex(out.split("\n").at(-1)?.trim() ?? ""));
    expect((await assets("check", "-c", file, ...who.slice(2), "--unproven")).code).toBe(0);
  });

  it("are told from somebody else's, and what is wrong with those that are there, each with what to do", async () => {
    const other = devAccount("//Third enclave").publicKey;
    const roles = { owner: other, issuer: other, admin: operator.account, freezer: other };
    await operator.fundAccount(other, 10n ** 10n);
    await operator.createAsset({ ...roles, id: XUS + 2, minBalance: 11n });
    const file = configFile("strange.json", withAsset(XUS + 2));
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
    const parachain = { assetsPallet: "Assets", genesisHash: `0x${"05".repeat(32)}` };
    const file = configFile("chain.json", (bridge) => ({ ...bridge, parachain }));
    expect(await assets("plan", "-c", file)).toMatchObject({
      code: 2,
      err: expect.stringContaining("config/other-chain"),
    });
  });
});
