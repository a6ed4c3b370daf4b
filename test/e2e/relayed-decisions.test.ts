import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config";
import { formatEvidenceFile, makeEvidenceFile } from "@pdiem/bridge/guardians/evidence-file";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { latestSession } from "@pdiem/devnet/diem/block-executor";
import { certify, epochStateOf } from "@pdiem/devnet/diem/consensus";
import { networkKeys } from "@pdiem/devnet/diem/network-keys";
import { FREEZER_URI, GUARDIAN_SEEDS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { runCli } from "@pdiem/relayer/cli/cli";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pdiem } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { startReplayingRelayer } from "./support/replaying-relayer.js";

const FREEZER_FEES = 10_000_000_000_000n;

let bridge: RelayedBridge;
let freezer: Operator;
let next = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge();
  for (const [i, seed] of GUARDIAN_SEEDS.entries()) writeFileSync(file(`key-${i}`), Buffer.from(seed).toString("hex"));
  await bridge.chains.operator.fundAccount(devAccount(FREEZER_URI).publicKey, FREEZER_FEES);
  freezer = await connectOperator({ url: bridge.chains.assetHub.wsUrl, uri: FREEZER_URI });
}, 180_000);

afterAll(async () => {
  await freezer?.close();
  await bridge?.stop();
});

const file = (name: string): string => join(bridge.folder, name);

const guardian = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const asks = !["merge", "key"].includes(args[0] ?? "");
  const code = await runCli(["guardian", ...args, ...(asks ? ["--config", bridge.relayerFile] : [])], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
};

const done = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await guardian(...args);
  expect(err).toBe("");
  expect(code).toBe(0);
  return out;
};

interface Decisions {
  readonly count: string;
  readonly paused: boolean;
  readonly frozen: boolean;
  readonly pending: readonly { readonly signatures: number; readonly refused?: string }[];
}

const until = (holds: (view: Decisions) => boolean): Promise<Decisions> =>
  eventually(async () => {
    const view = await bridge.ask<Decisions>("/api/decisions").catch(() => undefined);
    return view !== undefined && holds(view) ? view : undefined;
  }, 60_000);

/** Made, signed by two of the three guardians, and handed in. */
const decide = async (...action: readonly string[]): Promise<void> => {
  const name = file("decision.json");
  await done("make", ...action, "--out", name);
  for (const key of ["key-0", "key-1"]) await done("sign", name, "--key", file(key));
  await done("submit", name);
};

const pay = async (amount: bigint): Promise<number> => {
  const { status } = await bridge.pay("XUS", amount, rawFor(randomBytes(32)));
  expect(status).toBe("executed");
  return next++;
};

const minted = (number: number) =>
  eventually(async () => {
    const { result } = await bridge.transfer(number).catch(() => ({ result: undefined }));
    return result?.outcome;
  }, 60_000);

describe("guardians' decisions", () => {
  it("are read before they are signed, and taken up once enough have signed, from files of each", async () => {
    const [one, two] = [file("one.json"), file("two.json")];
    expect(await done("make", "pause", "--out", one)).toMatch(/Pause: nothing but decisions is signed any more/);
    copyFileSync(one, two);
    expect(await done("sign", one, "--key", file("key-0"))).toMatch(/^Decision 0, after 0x[\s\S]*a guardian$/);
    await done("submit", one);
    expect((await bridge.ask<Decisions>("/api/decisions")).pending).toMatchObject([{ signatures: 1 }]);
    await done("sign", two, "--key", file("key-2"), "--offline");
    await done("merge", file("both.json"), one, two);
    expect(await done("show", file("both.json"))).toMatch(/Signed by 2, 2 guardians have to:/);
    await done("submit", file("both.json"));
    expect(await until(({ count }) => count === "1")).toMatchObject({ paused: true, pending: [] });
  }, 120_000);

  it("hold transfers up while paused, and let them go on once resumed", async () => {
    const number = await pay(1_000_000n);
    const waits = await eventually(() => bridge.transfer(number).catch(() => undefined), 60_000);
    expect(waits).toMatchObject({ waitingFor: "guardians to resume: the bridge is paused" });
    await decide("resume");
    expect(await until(({ count }) => count === "2")).toMatchObject({ paused: false });
    expect(await minted(number)).toBe("minted");
  }, 120_000);

  it("lower limits at once", async () => {
    await decide("limits", "XUS", "--maximum", "2000000");
    await until(({ count }) => count === "3");
    expect(await minted(await pay(2_000_001n))).toBe("refunded");
    expect(await minted(await pay(2_000_000n))).toBe("minted");
  }, 120_000);

  it("thaw what the guardians' account has frozen", async () => {
    await freezer.freezeAsset(1984);
    await until(({ frozen }) => frozen);
    await decide("resume");
    expect(await until(({ count, frozen }) => count === "4" && !frozen)).toMatchObject({ paused: false });
    expect(await minted(await pay(1_000_000n))).toBe("minted");
  }, 120_000);

  it("aren't needed where validators vouch for two histories: evidence pauses the bridge", async () => {
    const { chain } = bridge.chains.diem;
    const { commitInfo } = chain.latest().ledgerInfo;
    const epoch = epochStateOf(latestSession(chain.store));
    const { validators } = networkKeys(sha3_256(utf8("pdiem devnet")), 4);
    const certified = (executedStateId: Uint8Array) => certify({ ...commitInfo, executedStateId }, epoch, validators);
    const first = certified(commitInfo.executedStateId);
    const second = certified(new Uint8Array(32).fill(1));
    const known = { diem: [epoch], relay: [] };
    const evidence = makeEvidenceFile(bridgeId(bridge.config), known, { type: "diem", value: { first, second } });
    writeFileSync(file("evidence.json"), JSON.stringify(formatEvidenceFile(evidence)));
    const out: string[] = [];
    const output = { out: (text: string) => out.push(text), err: (text: string) => out.push(text) };
    expect(await runCli(["evidence", "submit", file("evidence.json"), "--config", bridge.relayerFile], output)).toBe(0);
    expect(out.join("\n")).toMatch(/^Diem's validators of epoch [0-9]+ signed two ledger infos for version/);
    expect(await until(({ count }) => count === "5")).toMatchObject({ paused: true, pending: [] });
  }, 120_000);

  it("take effect with Diem out of reach", async () => {
    const config = readFileSync(bridge.relayerFile, "utf8");
    const elsewhere = JSON.parse(config);
    elsewhere.diem.urls = [`http://127.0.0.1:${await freePort()}`];
    await bridge.relayer().kill();
    writeFileSync(bridge.relayerFile, JSON.stringify(elsewhere));
    try {
      await bridge.restartRelayer();
      await until(() => true);
      await decide("resume");
      expect(await until(({ count }) => count === "6")).toMatchObject({ paused: false });
    } finally {
      writeFileSync(bridge.relayerFile, config);
    }
  }, 120_000);

  it("aren't kept unless a guardian in force has signed them", async () => {
    const name = file("stranger.json");
    await done("make", "pause", "--out", name);
    expect(await guardian("submit", name)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^decision\/unsigned/),
    });
    await done("key", file("stranger"));
    await done("sign", name, "--key", file("stranger"));
    expect(await guardian("submit", name)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^decision\/unsigned/),
    });
    expect((await guardian("key", file("stranger"))).err).toMatch(/^config\/unwritable/);
  }, 60_000);
});

describe("the enclave, verified from outside", () => {
  const verify = (...args: readonly string[]) => pdiem("verify-enclave", "--config", bridge.relayerFile, ...args);
  const failed = (out: string): readonly string[] =>
    out.split("\n").flatMap((line) => /^FAILED {5}(.*?): /.exec(line)?.[1] ?? []);

  it("holds by its evidence and both chains, through a relayer and by itself, but is simulated", async () => {
    await decide("measurement", "allow", "simulated", "ab".repeat(32));
    await until(({ count }) => count === "7");
    const { code, out, err } = await verify();
    expect({ code, err, failed: failed(out) }).toEqual({ code: 0, err: "", failed: [] });
    expect(out).toMatch(/^SIMULATED: this enclave proves nothing/);
    expect(out).toMatch(/^ok {9}ledger: 0x[0-9a-f]{64} at block [0-9]+, 7 decisions$/m);
    expect(out).toMatch(/Decision 2, [\s\S]*largest amount of a transfer: 2000000/);
    expect(out).toMatch(/Decision 6, .*DELAYED for (?:1 h 0|0 h [0-9]+) min of the bridge's work/);
    const { code: itself, out: json } = await verify("--enclave", bridge.enclave().url, "--json");
    expect(itself).toBe(0);
    expect(JSON.parse(json)).toMatchObject({
      verdict: "simulated",
      bridgeId: `0x${toHex(bridgeId(bridge.config))}`,
      evidence: { kind: "simulated" },
    });
  }, 60_000);

  it("fails when a relayer shows evidence that was made for somebody else", async () => {
    const answer = await bridge.ask<unknown>("/api/enclave/evidence", { challenge: "01".repeat(32) });
    const relayer = await startReplayingRelayer(answer);
    const { code, out, err } = await verify("--api", relayer.url);
    relayer.close();
    expect({ code, failed: failed(out) }).toEqual({ code: 1, failed: ["report data"] });
    expect(err).toMatch(/^verify-enclave\/fails/);
  }, 60_000);

  it("fails by the configuration of another bridge", async () => {
    const other = JSON.parse(readFileSync(bridge.relayerFile, "utf8"));
    other.bridge.maxSkew = "299999";
    writeFileSync(file("other.json"), JSON.stringify(other));
    const { code, out } = await pdiem("verify-enclave", "--config", file("other.json"));
    expect(code).toBe(1);
    expect(failed(out)).toEqual(expect.arrayContaining(["bridge", "report data"]));
  }, 60_000);

  it("isn't made a key's holder by being asked", async () => {
    const standby = await bridge.startStandby();
    expect(await verify("--enclave", standby.url)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^enclave\/inactive/),
    });
    expect(await fetch(`${standby.url}/v1/status`).then((response) => response.json())).not.toHaveProperty("active");
  }, 60_000);

  it("is asked with 32 bytes and nothing else", async () => {
    for (const body of [
      {},
      { challenge: "00" },
      { challenge: "00".repeat(33) },
      { challenge: "00".repeat(32), more: 1 },
    ])
      await expect(bridge.ask("/api/enclave/evidence", body)).rejects.toThrow(/400.*request\/invalid/);
  });
});
