import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatEvidenceFile, makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { latestSession } from "@pdiem/devnet/diem/block-executor";
import { certify, epochStateOf } from "@pdiem/devnet/diem/consensus";
import { networkKeys } from "@pdiem/devnet/diem/network-keys";
import { DEFAULT_LIMITS, FREEZER_URI } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAlerts } from "../infra/support/expect-alerts.js";
import { type GuardianDesk, openDesk } from "./support/guardians.js";
import { passTime } from "./support/pass-time.js";
import { pdiem } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { withWindowLength } from "./support/short-windows.js";
import { untilView } from "./support/traffic.js";

const FREEZER_FEES = 10_000_000_000_000n;
/** Ten of the parachain's blocks: enough for whatever is to be seen or done before it is over. */
const DELAY = 60_000n;
const WINDOW = BigInt(MINIMUM_PERIOD);
/** In which the whole supply can leave, as it is less than a window lets out. */
const LEAVING = 2n * WINDOW;
const NEW_FREEZER_URI = "//Guardians//new";

let bridge: RelayedBridge;
let desk: GuardianDesk;
let freezer: Operator;
let next = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    limits: { decisionDelay: String(DELAY), currencies: withWindowLength(DEFAULT_LIMITS.currencies, WINDOW) },
    substrate: { assetHub: { cadence: { maxLead: 3_600_000 } } },
  });
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
  const { ledger } = await bridge.ask<StatusView>("/api/v1/status");
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
    expect((await bridge.ask<DecisionsView>("/api/v1/decisions")).pending).toMatchObject([{ signatures: 1 }]);
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
    await expectAlerts(bridge.relayerUrl, "PdiemPaused");
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
    await expectAlerts(bridge.relayerUrl, "PdiemAssetsFrozen");

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
    await bridge.relayer().stop();
    await bridge.restartRelayer();
    await desk.until(() => true);
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

const outcomeOf = async (amount: bigint): Promise<string | undefined> =>
  (await bridge.ended(await pay(amount))).result?.outcome;

type Delayed = DecisionsView["delayed"][number];

/** Handed in, and taken by a batch: delayed, and nothing changed yet. */
const delayed = async (phrase: string, signers?: readonly string[]): Promise<Delayed> => {
  const { count } = await desk.until(() => true);
  await desk.decide([phrase], signers);
  const view = await desk.until((now) => BigInt(now.count) > BigInt(count));
  const [one, ...others] = view.delayed;
  expect(others).toEqual([]);
  if (one === undefined) throw new RangeError("expected an action that is delayed");
  return one;
};

/** Lets the chain's time pass the delay, and a settlement at its end count it as active. */
const passDelay = async (): Promise<void> => {
  await passTime(bridge, Number(DELAY + LEAVING));
  expect(await outcomeOf(1_000_000n)).toBe("minted");
};

/** Once it is in force. */
const current = async ({ due }: Delayed): Promise<DecisionsView> => {
  await passDelay();
  const view = await desk.until(({ active }) => BigInt(active) >= BigInt(due));
  expect(view.delayed).toEqual([]);
  return view;
};

const xus = ({ inForce }: DecisionsView) => inForce.limits.currencies[0];

describe("an action that has to wait its public delay", () => {
  it("is shown with what it does, and lets other code have the key only after so much active time", async () => {
    const value = randomBytes(32).toString("hex");
    const before = await desk.until(() => true);
    const action = await delayed(`measurement allow simulated ${value}`);
    expect(BigInt(action.due) - BigInt(action.from)).toBe(DELAY + LEAVING);
    expect(BigInt(action.from)).toBeGreaterThanOrEqual(BigInt(before.active));
    expect(action.text.join("\n")).toContain(value);
    const { inForce } = await current(action);
    const { measurements } = before.inForce;
    expect(inForce.measurements.map((one) => one.value)).toEqual([...measurements.map((one) => one.value), value]);
  });

  it("is cancelled by a pause, and stays so after the bridge has resumed and the delay is over", async () => {
    const action = await delayed("bounds XUS maximum=600000000");
    await desk.decide(["pause"]);
    expect(await desk.until(({ inForce }) => inForce.paused)).toMatchObject({ delayed: [] });
    await desk.decide(["resume"]);
    await desk.until(({ inForce }) => !inForce.paused);
    expect(xus(await current(action))).toMatchObject({ maximum: "500000000" });
    expect(await outcomeOf(500_000_001n)).toBe("refunded");
  });

  it("raises a bound after it", async () => {
    expect(xus(await current(await delayed("bounds XUS maximum=600000000")))).toMatchObject({ maximum: "600000000" });
    expect(await outcomeOf(500_000_001n)).toBe("minted");
  });

  it("raises windows without the time to leave, and is cancelled by lowered ones", async () => {
    const raised = await delayed("windows XUS mint=700000000");
    expect(BigInt(raised.due) - BigInt(raised.from)).toBe(DELAY);
    expect(xus(await current(raised))).toMatchObject({ mint: "700000000", release: "600000000" });
    await delayed("bounds XUS maximum=550000000");
    await desk.decide(["windows XUS mint=600000000"]);
    const view = await desk.until((now) => xus(now)?.mint === "600000000");
    expect(view.delayed).toEqual([]);
  });

  it("hands over to other guardians, who are made Freezer at once; those before can't decide any more", async () => {
    const freezer = devAccount(NEW_FREEZER_URI).publicKey;
    await bridge.chains.operator.fundAccount(freezer, FREEZER_FEES);
    const own = desk.file("new-guardian");
    const key = await desk.done("key", own);
    const phrase = `guardians threshold=1 freezer=${toHex(freezer)} ${key}`;
    const action = await delayed(phrase, [...desk.keys.slice(0, 2), own]);
    const { inForce } = await current(action);
    expect(inForce.guardians).toEqual({ keys: [key.slice(2)], threshold: 1, freezer: toHex(freezer) });
    const other = await connectOperator({ url: bridge.chains.assetHub.wsUrl, uri: NEW_FREEZER_URI });
    const former = await connectOperator({ url: bridge.chains.assetHub.wsUrl, uri: FREEZER_URI });
    try {
      // Nobody has to ask for that batch.
      await eventually(() =>
        other
          .freezeAsset(1985)
          .then(() => true)
          .catch(() => undefined),
      );
      await expect(former.freezeAsset(1984)).rejects.toThrow("NoPermission");
    } finally {
      await other.close();
      await former.close();
    }
    await desk.until(({ frozen }) => frozen);
    await expect(desk.decide(["thaw", "resume"])).rejects.toThrow("decision/unsigned");
    await desk.decide(["thaw", "resume"], [own]);
    await desk.until(({ frozen, inForce: { paused } }) => !frozen && !paused);
    expect(await outcomeOf(1_000_000n)).toBe("minted");
  });
});
