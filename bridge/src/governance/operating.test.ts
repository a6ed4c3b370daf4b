import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { proveLeaf, RELEASES } from "../ledger/list.js";
import { payout } from "../payout/payout.js";
import { profileHash } from "../profile-hash.js";
import { type Items, NO_ITEMS } from "../settlement/items.js";
import { settle } from "../settlement/settle.js";
import { exampleConfig, filled, HOUR, XDX, XUS } from "../testing/config.js";
import {
  after,
  decide,
  decided,
  type Governance,
  governedBridge,
  PAUSE,
  RESUME,
  settleIn,
  sign,
  UNGOVERNED,
  work,
  worldAfter,
} from "../testing/guardians.js";
import { owing, releaseOf } from "../testing/payouts.js";
import { refusal } from "../testing/refusal.js";
import { BENEFICIARY, itemOf, paymentOf, SENDER, type World } from "../testing/world.js";
import type { Action } from "./decision.js";
import { limitsOf } from "./limits.js";
import { inForceAt } from "./operating.js";

const OWED = [releaseOf()];
const OWING: Governance = { ...UNGOVERNED, ledger: owing(OWED) };
const ONE_DEPOSIT: Items = { ...NO_ITEMS, deposits: [itemOf(0n)] };
const { profile } = exampleConfig.parachain;
const FREEZER = filled(32, 0x21);
const others: Action = { type: "guardians", value: { ...exampleConfig.guardians, freezer: FREEZER } };
const limit = (change: object): Action => ({ type: "limits", value: { ...limitsOf(XUS), ...change } });
const upgraded: Action = { type: "profile", value: ASSET_HUB };

const readyWorld = (governance: Governance): World => {
  const world = worldAfter(governance);
  world.diem.custody = { balances: { XUS: 10_000n, XDX: 10_000n } };
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(paymentOf({}));
  return world;
};

const settleUnder = (
  governance: Governance,
  change: (world: World) => void = () => undefined,
  items = ONE_DEPOSIT,
  by = profile,
) => {
  const world = readyWorld(governance);
  change(world);
  return settle({ ...governedBridge(governance), profile: by }, world.facts(), items);
};
const payUnder = (governance: Governance, change: (world: World) => void = () => undefined) => {
  const world = readyWorld(governance);
  change(world);
  return payout(governedBridge(governance), world.facts(), { index: 0n, release: proveLeaf(RELEASES, OWED, 0) });
};
const refusals = (governance: Governance, change?: (world: World) => void) => [
  refusal(() => settleUnder(governance, change)),
  refusal(() => payUnder(governance, change)),
];

describe("settlements and payouts", () => {
  it("are signed before any decision", () => {
    expect(refusals(OWING)).toEqual([undefined, undefined]);
  });

  it("aren't while paused, and are once resumed", () => {
    const paused = decide(OWING, PAUSE);
    expect(refusals(paused)).toEqual(["refused/paused", "refused/paused"]);
    expect(refusals(decide(paused, RESUME))).toEqual([undefined, undefined]);
  });

  it("aren't for whoever keeps back the pause, or shows an older chain of decisions", () => {
    const paused = decide(OWING, PAUSE);
    const resumed = decide(paused, RESUME);
    expect(refusals({ ...paused, decisions: [] })).toEqual(["refused/decisions", "refused/decisions"]);
    const again = decide(resumed, PAUSE);
    for (const { decisions } of [OWING, paused, resumed])
      expect(refusals({ ...again, decisions })).toEqual(["refused/decisions", "refused/decisions"]);
  });

  it("aren't from when other guardians are in force until they are Freezer of every asset", () => {
    const waiting = decide(OWING, others);
    expect(refusals(work(waiting, 22n))).toEqual([undefined, undefined]);
    const due = work(waiting, 23n);
    expect(refusals(due)).toEqual(["refused/freezer", "refused/freezer"]);
    const made =
      (...assets: readonly number[]) =>
      (world: World) => {
        for (const asset of assets) world.parachain.setAsset(asset, { freezer: FREEZER });
      };
    expect(refusals(due, made(XUS.assetId))).toEqual(["refused/freezer", "refused/freezer"]);
    expect(refusals(due, made(...exampleConfig.currencies.map(({ assetId }) => assetId)))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("worked time", () => {
  const HANDOVER: Action = { type: "handover", value: { transcript: filled(32, 0x40) } };
  const workedBy = ({ ledger }: Governance) => ledger.worked;

  it("doesn't pass while guardians keep users from leaving, however many decisions they take", () => {
    const paused = decide(UNGOVERNED, PAUSE, HANDOVER);
    let still = paused;
    for (let hour = 0; hour < 24; hour++) still = decide(still, limit({ maximum: XUS.maximum - BigInt(hour) }));
    expect(workedBy(still)).toBe(workedBy(paused));
    const inForce = inForceAt(governedBridge(still), still.ledger.time + HOUR);
    expect(inForce.delayed.map(({ action }) => action.type)).toEqual(["handover"]);
    const resumed = decide(still, RESUME);
    expect(workedBy(resumed)).toBe(workedBy(paused));
    expect(workedBy(decide(resumed, limit({ maximum: 9_000n })))).toBe(workedBy(paused) + HOUR);
  });

  it("doesn't pass while any asset is frozen, though others are settled", () => {
    const workedAt = (change: (world: World) => void = () => undefined) => settleUnder(OWING, change).ledger.worked;
    expect(workedAt()).toBe(workedBy(OWING) + HOUR);
    expect(workedAt(({ parachain }) => parachain.setAsset(XDX.assetId, { status: "frozen" }))).toBe(workedBy(OWING));
    const due = work(decide(OWING, others), 23n);
    expect(refusals(due, ({ parachain }) => parachain.setAsset(XDX.assetId, { status: "frozen" }))).toEqual([
      undefined,
      undefined,
    ]);
    expect(refusals(due)).toEqual(["refused/freezer", "refused/freezer"]);
  });

  it("doesn't pass up to a thaw either", () => {
    const frozen = worldAfter(UNGOVERNED);
    frozen.parachain.setAsset(XUS.assetId, { status: "frozen" });
    const signed = decided(UNGOVERNED, RESUME).map((one) => sign(one));
    expect(workedBy(after(UNGOVERNED, settleIn(frozen, UNGOVERNED, signed)))).toBe(workedBy(UNGOVERNED));
    expect(workedBy(decide(UNGOVERNED, limit({ maximum: 9_000n })))).toBe(workedBy(UNGOVERNED) + HOUR);
  });
});

describe("a settlement", () => {
  it("goes by the limits in force", () => {
    expect(settleUnder(OWING).deposits).toMatchObject([{ type: "minted" }]);
    const lower = decide(OWING, limit({ maximum: 999n }));
    expect(settleUnder(lower).deposits).toMatchObject([{ type: "refunded", reason: "above-maximum" }]);
    const higher = decide(OWING, limit({ maximum: 12_000n }));
    const large = (world: World) => (world.diem.received[0] = paymentOf({ amount: 11_000n }));
    expect(settleUnder(higher, large).deposits).toMatchObject([{ type: "refunded", reason: "above-maximum" }]);
    expect(settleUnder(work(higher, 23n), large).deposits).toMatchObject([{ type: "minted" }]);
  });

  it("is encoded with a profile in force alone", () => {
    const waiting = decide(OWING, upgraded);
    const by = (governance: Governance) => refusal(() => settleUnder(governance, undefined, ONE_DEPOSIT, ASSET_HUB));
    expect(by(OWING)).toBe("refused/profile");
    expect(by(work(waiting, 22n))).toBe("refused/profile");
    expect(by(work(waiting, 23n))).toBeUndefined();
  });

  it("without any item lets an hour of work pass while something is delayed, and takes over another profile", () => {
    const empty = (governance: Governance, passed: bigint, by = profile) =>
      refusal(() => {
        const world = worldAfter(governance, passed);
        settle({ ...governedBridge(governance), profile: by }, world.facts(), NO_ITEMS);
      });
    expect(empty(OWING, HOUR)).toBe("refused/empty-batch");
    const waiting = decide(OWING, others, upgraded);
    expect(empty(waiting, HOUR - 1n)).toBe("refused/empty-batch");
    expect(empty(waiting, HOUR)).toBeUndefined();
    const done = work(decide(OWING, upgraded), 23n);
    expect(empty(done, exampleConfig.batchInterval)).toBe("refused/empty-batch");
    expect(empty(done, exampleConfig.batchInterval + HOUR, ASSET_HUB)).toBeUndefined();
  });
});

describe("a payout", () => {
  it("doesn't rest on a runtime whose profile is still delayed", () => {
    const waiting = decide(OWING, upgraded);
    const taken: Governance = {
      ...waiting,
      ledger: { ...waiting.ledger, runtime: { specVersion: 900, profile: profileHash(ASSET_HUB) } },
    };
    expect(refusal(() => payUnder(taken))).toBe("refused/profile");
    expect(refusal(() => payUnder(work(taken, 23n)))).toBeUndefined();
  });
});
