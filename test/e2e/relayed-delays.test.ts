import { randomBytes } from "node:crypto";
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { connectOperator, devAccount } from "@pdiem/devnet/asset-hub/operator";
import { FREEZER_URI } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/codec";
import { chainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { DecisionsView } from "@pdiem/relayer/api/decisions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardianDesk, openDesk } from "./support/guardians.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";

/**
 * Twenty of the parachain's blocks: enough for whatever is to be seen or done before it is over.
 */
const DELAY = 120_000n;
const NEW_FREEZER_URI = "//Guardians//new";
const FREEZER_FEES = 10_000_000_000_000n;

let bridge: RelayedBridge;
let desk: GuardianDesk;
let paid = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    limits: { decisionDelay: String(DELAY) },
    substrate: { assetHub: { cadence: { maxLead: 3_600_000 } } },
  });
  desk = openDesk(bridge);
});

afterAll(() => bridge?.stop());

interface Status {
  readonly ledger: { readonly batches: number; readonly currencies: readonly { readonly maximum: string }[] };
}

const status = () => bridge.ask<Status>("/api/status");

const outcomeOf = async (amount: bigint): Promise<string | undefined> => {
  expect((await bridge.pay("XUS", amount, rawFor(randomBytes(32)))).status).toBe("executed");
  return (await bridge.ended(paid++)).result?.outcome;
};

/** Handed in, and taken up by a batch: delayed, and nothing changed yet. */
const delayed = async (...action: readonly string[]): Promise<DecisionsView["delayed"][number]> => {
  const { count } = await desk.until(() => true);
  await desk.decide(action);
  const view = await desk.until((now) => BigInt(now.count) > BigInt(count));
  const [one, ...others] = view.delayed;
  expect(others).toEqual([]);
  if (one === undefined) throw new RangeError("expected a decision that is delayed");
  expect(one.number).toBe(count);
  return one;
};

/** Lets the bridge's clocks pass the delay. */
const passDelay = async (): Promise<void> => {
  for (let passed = 0; passed <= DELAY; passed += MINIMUM_PERIOD) await bridge.chains.assetHub.produceBlock();
};

/** Proven, and worked, time at which it was seen to be in force. */
const current = async ({ number }: { readonly number: string }): Promise<DecisionsView> => {
  await passDelay();
  return desk.until((view) => view.delayed.every((one) => one.number !== number));
};

describe("a decision that has to wait its public delay", () => {
  it("is shown with what it does, and lets other code have the key only after that much work", async () => {
    const value = randomBytes(32).toString("hex");
    const before = await desk.until(() => true);
    const decision = await delayed("measurement", "allow", "simulated", value);
    expect(decision.clock).toBe("worked");
    expect(BigInt(decision.at)).toBeGreaterThanOrEqual(BigInt(before.worked) + DELAY);
    expect(decision.text.join("\n")).toMatch(
      new RegExp(`${value}[\\s\\S]*public delay of ${DELAY} ms of the bridge's work`),
    );
    const { measurements, worked } = await current(decision);
    expect(BigInt(worked)).toBeGreaterThanOrEqual(BigInt(decision.at));
    expect(measurements.map((one) => one.value)).toEqual([...before.measurements.map((one) => one.value), value]);
  });

  it("is cancelled by a pause, and stays so after the bridge has resumed and the delay is over", async () => {
    const decision = await delayed("limits", "XUS", "--maximum", "600000000");
    await desk.decide(["pause"]);
    expect(await desk.until(({ paused }) => paused)).toMatchObject({ delayed: [] });
    await desk.decide(["resume"]);
    await desk.until((view) => !view.paused);
    await passDelay();
    const { worked } = await desk.until((view) => BigInt(view.worked) > BigInt(decision.at));
    expect(BigInt(worked)).toBeGreaterThan(BigInt(decision.at));
    expect((await status()).ledger.currencies[0]?.maximum).toBe("500000000");
    expect(await outcomeOf(500_000_001n)).toBe("refunded");
  });

  it("raises a limit after it", async () => {
    await current(await delayed("limits", "XUS", "--maximum", "600000000"));
    expect((await status()).ledger.currencies[0]?.maximum).toBe("600000000");
    expect(await outcomeOf(500_000_001n)).toBe("minted");
  });

  it("replaces the chain profile by proven time, which the next batch takes over without anything else to do", async () => {
    const { profile } = bridge.config.parachain;
    const other = { ...profile, name: "statemine-900-again", maxConsumers: profile.maxConsumers - 1 };
    const before = await desk.until(() => true);
    const decision = await delayed("profile", `0x${toHex(encode(chainProfile, other))}`);
    expect(decision.clock).toBe("time");
    expect(BigInt(decision.at)).toBeGreaterThanOrEqual(BigInt(before.time) + DELAY);
    const { batches } = (await status()).ledger;
    const view = await current(decision);
    expect(view.profiles).toEqual([{ name: other.name, transactionVersion: profile.transactionVersion }]);
    await eventually(async () => ((await status()).ledger.batches > batches ? true : undefined));
    // A payout needs the ledger's profile to be one in force.
    expect(await outcomeOf(700_000_000n)).toBe("refunded");
    await eventually(async () => {
      const { payout } = await bridge.ask<{ payout?: { state: string } }>(`/api/transfers/deposit-${paid - 1}`);
      return payout?.state === "paid" ? true : undefined;
    });
  });

  it("hands over to other guardians, who are made Freezer at once; those before can't decide any more", async () => {
    const freezer = devAccount(NEW_FREEZER_URI).publicKey;
    await bridge.chains.operator.fundAccount(freezer, FREEZER_FEES);
    const own = desk.file("new-guardian");
    const key = await desk.done("key", own);
    const decision = await delayed(...["guardians", "--keys", key, "--threshold", "1", "--freezer", toHex(freezer)]);
    const { guardians } = await current(decision);
    expect(guardians).toEqual({ keys: [key.slice(2)], threshold: 1, freezer: toHex(freezer) });
    const other = await connectOperator({ url: bridge.chains.assetHub.wsUrl, uri: NEW_FREEZER_URI });
    const former = await connectOperator({ url: bridge.chains.assetHub.wsUrl, uri: FREEZER_URI });
    try {
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
    await expect(desk.decide(["resume"])).rejects.toThrow("decision/unsigned");
    await desk.decide(["resume"], [own]);
    await desk.until(({ frozen, paused }) => !frozen && !paused);
    expect(await outcomeOf(1_000_000n)).toBe("minted");
  });
});
