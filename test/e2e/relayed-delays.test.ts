import { randomBytes } from "node:crypto";
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { connectOperator, devAccount } from "@pdiem/devnet/asset-hub/operator";
import { DEFAULT_LIMITS, FREEZER_URI } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardianDesk, openDesk } from "./support/guardians.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { withWindowLength } from "./support/short-windows.js";

/** Ten of the parachain's blocks: enough for whatever is to be seen or done before it is over. */
const DELAY = 60_000n;
const WINDOW = BigInt(MINIMUM_PERIOD);
/** In which the whole supply can leave, as it is less than a window lets out. */
const LEAVING = 2n * WINDOW;
const NEW_FREEZER_URI = "//Guardians//new";
const FREEZER_FEES = 10_000_000_000_000n;

let bridge: RelayedBridge;
let desk: GuardianDesk;
let paid = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    limits: { decisionDelay: String(DELAY), currencies: withWindowLength(DEFAULT_LIMITS.currencies, WINDOW) },
    substrate: { assetHub: { cadence: { maxLead: 3_600_000 } } },
  });
  desk = openDesk(bridge);
  expect(await outcomeOf(1_000_000n)).toBe("minted");
});

afterAll(() => bridge?.stop());

const outcomeOf = async (amount: bigint): Promise<string | undefined> => {
  expect((await bridge.pay("XUS", amount, rawFor(randomBytes(32)))).status).toBe("executed");
  return (await bridge.ended(paid++)).result?.outcome;
};

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

/** Lets the chain's time pass the delay, and a settlement count it as active. */
const passDelay = async (): Promise<void> => {
  for (let passed = 0n; passed <= DELAY + LEAVING; passed += WINDOW) await bridge.chains.assetHub.produceBlock();
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
    const raised = await delayed("windows XUS mint=200000000000");
    expect(BigInt(raised.due) - BigInt(raised.from)).toBe(DELAY);
    expect(xus(await current(raised))).toMatchObject({ mint: "200000000000", release: "100000000000" });
    await delayed("bounds XUS maximum=700000000");
    await desk.decide(["windows XUS mint=100000000000"]);
    const view = await desk.until((now) => xus(now)?.mint === "100000000000");
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
