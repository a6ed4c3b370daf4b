import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { createEnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { formatEvidenceFile, makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { latestSession } from "@pdiem/devnet/diem/block-executor";
import { certify, epochStateOf } from "@pdiem/devnet/diem/consensus";
import { networkKeys } from "@pdiem/devnet/diem/network-keys";
import { FREEZER_URI } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardianDesk, openDesk } from "./support/guardians.js";
import { pdiem } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { untilView } from "./support/traffic.js";

const FREEZER_FEES = 10_000_000_000_000n;

let bridge: RelayedBridge;
let desk: GuardianDesk;
let freezer: Operator;
let next = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge();
  desk = openDesk(bridge);
  await bridge.chains.operator.fundAccount(devAccount(FREEZER_URI).publicKey, FREEZER_FEES);
  freezer = await connectOperator({ url: bridge.chains.assetHub.wsUrl, uri: FREEZER_URI });
});

afterAll(async () => {
  await freezer?.close();
  await bridge?.stop();
});

const pay = async (amount: bigint): Promise<number> => {
  const { status } = await bridge.pay("XUS", amount, rawFor(randomBytes(32)));
  expect(status).toBe("executed");
  return next++;
};

/** How many batches and payments there are. */
const stand = async () => {
  const { ledger } = await bridge.ask<StatusView>("/api/status");
  const account = await call(bridge.chains.diem.url, "get_account", [toHex(bridge.config.diem.custody)]);
  const { sequence_number } = account as { readonly sequence_number: number };
  return { batches: ledger?.batches, payments: sequence_number };
};

const minted = (number: number) =>
  eventually(async () => {
    const { result } = await bridge.transfer(number).catch(() => ({ result: undefined }));
    return result?.outcome;
  });

describe("guardians' decisions", () => {
  it("are read before they are signed, and taken up once enough have signed, from files of each", async () => {
    const [firstKey = "", , lastKey = ""] = desk.keys;
    const [one, two] = [desk.file("one.json"), desk.file("two.json")];
    expect(await desk.done("propose", "pause", "--out", one)).toMatch(
      /Pause: nothing but decisions is signed any more/,
    );
    copyFileSync(one, two);
    expect(await desk.done("sign", one, "--key", firstKey)).toMatch(
      /^Decision over governance state 0x[\s\S]*a guardian in force$/,
    );
    await desk.done("submit", one);
    expect((await bridge.ask<DecisionsView>("/api/decisions")).pending).toMatchObject([{ signatures: 1 }]);
    await desk.done("sign", two, "--key", lastKey, "--offline");
    await desk.done("merge", desk.file("both.json"), one, two);
    expect(await desk.done("show", desk.file("both.json"))).toMatch(
      /Signed by 2:[\s\S]*2 of the 2 that are needed have signed/,
    );
    await desk.done("submit", desk.file("both.json"));
    expect(await desk.until(({ count }) => count === "1")).toMatchObject({ inForce: { paused: true }, pending: [] });
  });

  it("hold transfers up while paused, and let them go on once resumed", async () => {
    const number = await pay(1_000_000n);
    const waits = await eventually(() => bridge.transfer(number).catch(() => undefined));
    expect(waits).toMatchObject({ waitingFor: "guardians to resume: the bridge is paused" });
    await desk.decide(["resume"]);
    expect(await desk.until(({ count }) => count === "2")).toMatchObject({ inForce: { paused: false } });
    expect(await minted(number)).toBe("minted");
  });

  it("hold several actions, taken whole, and lower windows at once", async () => {
    const { inForce } = await desk.until(() => true);
    expect(inForce.amnesty).toBe(false);
    await desk.decide(["windows XUS mint=600000000 release=600000000 refund=600000000", "amnesty on"]);
    const view = await desk.until(({ count }) => count === "3");
    expect(view.inForce).toMatchObject({ amnesty: true });
    expect(view.inForce.limits.currencies[0]).toMatchObject({ mint: "600000000", refund: "600000000" });
    expect(await minted(await pay(2_000_000n))).toBe("minted");
    await expect(desk.decide(["amnesty off", "windows XUS mint=1"])).rejects.toThrow("refused/config-window");
    expect((await desk.until(() => true)).inForce.amnesty).toBe(true);
  });

  it("thaw what the guardians' account has frozen; until then no batch and no payment is signed", async () => {
    const { diem, assetHub } = bridge.chains;
    const sender = createAccount(diem, 10_000_000n, "A sender");
    await desk.decide(["pause"]);
    await desk.until(({ inForce }) => inForce.paused);
    const refunded = next++;
    const metadata = Uint8Array.of(1);
    const payment = { payee: bridge.config.diem.custody, currency: "XUS", amount: 700_000n, metadata };
    expect((await sender.pay(payment)).status).toBe("executed");
    // Both in one step: what is paid out only then is what the freeze holds up.
    await freezer.freezeAsset(1984);
    await desk.until(({ frozen }) => frozen);
    const before = await stand();
    const number = await pay(1_000_000n);
    const waits = await eventually(() => bridge.transfer(number).catch(() => undefined));
    expect(waits).toMatchObject({ waitingFor: "guardians to thaw the assets: they are frozen" });
    for (let blocks = 0; blocks < 4; blocks++) await assetHub.produceBlock();
    const { number: last } = assetHub.head().header;
    await eventually(() => (assetHub.finalized().header.number >= last ? true : undefined));
    expect(await stand()).toEqual(before);

    await expect(desk.decide(["resume"])).rejects.toThrow("refused/asset-frozen");
    await desk.decide(["thaw", "resume"]);
    expect(await desk.until(({ count, frozen }) => count === "5" && !frozen)).toMatchObject({
      inForce: { paused: false },
    });
    expect(await minted(number)).toBe("minted");
    await untilView(bridge, `deposit-${refunded}`, ({ payout }) => payout?.state === "paid");
  });

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
    writeFileSync(desk.file("evidence.json"), JSON.stringify(formatEvidenceFile(evidence)));
    const { code, out } = await pdiem("evidence", "submit", desk.file("evidence.json"), "--config", bridge.relayerFile);
    expect(code).toBe(0);
    expect(out).toMatch(/^Diem's validators of epoch [0-9]+ signed two ledger infos for version/);
    expect(await desk.until(({ count }) => count === "6")).toMatchObject({ inForce: { paused: true }, pending: [] });
  });

  it("take effect with Diem out of reach", async () => {
    const config = readFileSync(bridge.relayerFile, "utf8");
    const elsewhere = JSON.parse(config);
    elsewhere.diem.urls = [`http://127.0.0.1:${await freePort()}`];
    await bridge.relayer().kill();
    writeFileSync(bridge.relayerFile, JSON.stringify(elsewhere));
    try {
      await bridge.restartRelayer();
      await desk.until(() => true);
      await desk.decide(["resume"]);
      expect(await desk.until(({ count }) => count === "7")).toMatchObject({ inForce: { paused: false } });
    } finally {
      writeFileSync(bridge.relayerFile, config);
    }
  });

  it("aren't kept unless a guardian in force has signed them", async () => {
    const name = desk.file("stranger.json");
    await desk.done("propose", "pause", "--out", name);
    expect(await desk.run("submit", name)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^decision\/unsigned/m),
    });
    await desk.done("key", desk.file("stranger"));
    await desk.done("sign", name, "--key", desk.file("stranger"));
    expect(await desk.run("submit", name)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^decision\/unsigned/m),
    });
    expect((await desk.run("key", desk.file("stranger"))).err).toMatch(/^config\/unwritable/);
  });
});

const readText = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

describe("the enclave, verified from outside", () => {
  const verify = (...args: readonly string[]) => pdiem("verify-enclave", "--config", bridge.relayerFile, ...args);
  const failed = (out: string): readonly string[] =>
    out.split("\n").flatMap((line) => /^FAILED {5}(.*?): /.exec(line)?.[1] ?? []);

  it("holds by its evidence and both chains, through a relayer and by itself, but is simulated", async () => {
    await desk.decide([`measurement allow simulated ${"ab".repeat(32)}`]);
    await desk.until(({ count }) => count === "8");
    const { code, out } = await verify();
    expect({ code, failed: failed(out) }).toEqual({ code: 0, failed: [] });
    expect(out).toMatch(/^SIMULATED: this enclave proves nothing/);
    expect(out).toMatch(/^ok {9}ledger: 0x[0-9a-f]{64} at block [0-9]+, 8 decisions$/m);
    expect(out).toMatch(/^ {2}3\. Decision over governance state [\s\S]*minted in a window: 600000000/m);
    expect(out).toMatch(/abab[\s\S]*IN FORCE IN (?:3 h|2 h [0-9]+ min) of active time/);
    const { code: itself, out: json } = await verify("--enclave", bridge.enclave().url, "--json");
    expect(itself).toBe(0);
    expect(JSON.parse(json)).toMatchObject({
      verdict: "simulated",
      bridgeId: `0x${toHex(bridgeId(bridge.config))}`,
      evidence: { kind: "simulated" },
    });
  });

  it("holds as well where a relayer keeps the first batch back, and says that it has read the blocks", async () => {
    const { records, ...told } = await bridge.ask<{ records: readonly unknown[] }>("/api/journal");
    expect(records.length).toBeGreaterThan(1);
    const loopback = createLoopback();
    try {
      const liar = await loopback.serve(async (request, response) => {
        const { url = "/", method = "GET" } = request;
        const kept = JSON.stringify({ ...told, records: records.slice(1) });
        const body = method === "POST" ? await readText(request) : undefined;
        const headers = { "content-type": "application/json" };
        const honest = url.startsWith("/api/journal")
          ? kept
          : await (await fetch(`${bridge.relayerUrl}${url}`, { method, headers, body: body ?? null })).text();
        response.writeHead(200).end(honest);
      });
      const { code, out, err } = await verify("--api", liar);
      expect({ code, failed: failed(out) }).toEqual({ code: 0, failed: [] });
      expect(err).toContain("doesn't lead to the ledger in force: reading the parachain's blocks");
    } finally {
      loopback.close();
    }
  });

  it("fails when a relayer shows evidence that was made for somebody else", async () => {
    const answer = await bridge.ask<unknown>("/api/enclave/evidence", { challenge: "01".repeat(32) });
    const loopback = createLoopback();
    const replaying = await loopback.serve((_, response) => response.end(JSON.stringify(answer)));
    const { code, out, err } = await verify("--api", replaying);
    loopback.close();
    expect({ code, failed: failed(out) }).toEqual({ code: 1, failed: ["report data"] });
    expect(err).toMatch(/^verify-enclave\/fails/m);
  });

  it("fails by the configuration of another bridge", async () => {
    const other = JSON.parse(readFileSync(bridge.relayerFile, "utf8"));
    other.bridge.maxSkew = "299999";
    writeFileSync(desk.file("other.json"), JSON.stringify(other));
    const { code, out } = await pdiem("verify-enclave", "--config", desk.file("other.json"));
    expect(code).toBe(1);
    expect(failed(out)).toEqual(expect.arrayContaining(["bridge", "report data"]));
  });

  it("isn't made a key's holder by being asked", async () => {
    const standby = await bridge.startStandby();
    expect(await verify("--enclave", standby.url)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^enclave\/inactive/m),
    });
    const { role } = await createEnclaveClient(nodeTransport(standby.url, 10_000)).status();
    expect(role.type).toBe("empty");
  });

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
