import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import { anchorOf } from "../ledger/anchor.js";
import { step as stepCodec } from "../ledger/journal-entry.js";
import { profileHash } from "../profile-hash.js";
import { exampleConfig, filled, HOUR, ISSUER, XDX, XUS } from "../testing/config.js";
import {
  after,
  anchorIn,
  decide,
  decided,
  type Governance,
  GUARDIAN_SEEDS,
  governedBridge,
  PAUSE,
  RESUME,
  settleIn,
  sign,
  THAW,
  UNGOVERNED,
  work,
  worldAfter,
} from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import type { World } from "../testing/world.js";
import type { Action, Decision } from "./decision.js";
import { settleDecisions } from "./decision-batch.js";
import { NO_DECISIONS } from "./decision-chain.js";
import { limitsOf } from "./limits.js";
import { NO_SETS } from "./misbehaviour.js";
import { inForceAt } from "./operating.js";

const NEW_SEEDS = [filled(32, 20), filled(32, 21), filled(32, 22)];
const newGuardians = { keys: NEW_SEEDS.map(publicKeyOf), threshold: 2, freezer: filled(32, 0x21) };
const others: Action = { type: "guardians", value: newGuardians };
const lower: Action = { type: "limits", value: { ...limitsOf(XUS), maximum: XUS.maximum - 1n } };
const upgraded: Action = { type: "profile", value: ASSET_HUB };
const measurement = { tee: "simulated", value: filled(32, 30) };

const batchOf = (
  governance: Governance,
  actions: readonly Action[],
  change: (world: World) => void = () => undefined,
) => {
  const world = worldAfter(governance);
  change(world);
  return settleIn(
    world,
    governance,
    decided(governance, ...actions).map((one) => sign(one)),
  );
};
const refusalOf = (...given: Parameters<typeof batchOf>) => refusal(() => batchOf(...given));
const freeze =
  (...assets: readonly number[]) =>
  (world: World) => {
    for (const asset of assets) world.parachain.setAsset(asset, { status: "frozen" });
  };
const inForceOf = (governance: Governance) => inForceAt(governedBridge(governance), governance.ledger.time);
const typesOf = ({ calls }: { readonly calls: readonly { readonly type: string }[] }) => calls.map(({ type }) => type);

describe("a batch of decisions", () => {
  it("cancels, approves and tells the decisions with their signatures, and changes nothing else of the ledger", () => {
    const batch = batchOf(UNGOVERNED, [lower, PAUSE]);
    const signed = decided(UNGOVERNED, lower, PAUSE).map((one) => sign(one));
    expect(typesOf(batch)).toEqual(["cancelApproval", "approveTransfer", "remark"]);
    expect(batch.step).toMatchObject({ accounts: [], releases: [], kept: [], returned: [], decisions: signed });
    expect(batch.calls.at(-1)).toEqual({ type: "remark", remark: encode(stepCodec, batch.step) });
    const { decisions, time, worked, nonce, ...rest } = batch.ledger;
    expect({ ...UNGOVERNED.ledger, ...rest }).toEqual(UNGOVERNED.ledger);
    expect({ count: decisions.count, time, worked, nonce }).toEqual({
      count: 2n,
      time: UNGOVERNED.ledger.time + HOUR,
      worked: HOUR,
      nonce: UNGOVERNED.ledger.nonce + 1,
    });
    const next = after(UNGOVERNED, batch);
    expect(inForceOf(next)).toMatchObject({ paused: true });
    expect(inForceOf(decide(next, RESUME))).toMatchObject({ paused: false });
  });

  it("doesn't wait for the interval, and looks at nothing of Diem", () => {
    const world = worldAfter(UNGOVERNED, 1n);
    const batch = settleDecisions(
      governedBridge(UNGOVERNED),
      world.parachain.facts(),
      NO_SETS,
      decided(UNGOVERNED, PAUSE).map((one) => sign(one)),
    );
    expect(batch.ledger.time).toBe(UNGOVERNED.ledger.time + 1n);
  });

  it("begins by thawing every frozen asset, and pauses unless it resumes", () => {
    const all = freeze(XUS.assetId, XDX.assetId);
    const thawed = batchOf(UNGOVERNED, [THAW], all);
    expect(thawed.calls.slice(0, 3)).toEqual([
      { type: "thawAsset", asset: XUS.assetId },
      { type: "thawAsset", asset: XDX.assetId },
      { type: "cancelApproval", asset: XUS.assetId, delegate: anchorIn(UNGOVERNED) },
    ]);
    expect(inForceOf(after(UNGOVERNED, thawed)).paused).toBe(true);
    expect(inForceOf(after(UNGOVERNED, batchOf(UNGOVERNED, [lower], all))).paused).toBe(true);
    const resumed = batchOf(UNGOVERNED, [RESUME], freeze(XDX.assetId));
    expect(resumed.calls[0]).toEqual({ type: "thawAsset", asset: XDX.assetId });
    expect(inForceOf(after(UNGOVERNED, resumed)).paused).toBe(false);
  });

  it("needs a decision, most of all at a frozen block, where it would pause without telling", () => {
    expect(refusalOf(UNGOVERNED, [])).toBe("refused/empty-batch");
    expect(refusalOf(UNGOVERNED, [], freeze(XUS.assetId))).toBe("refused/asset-frozen");
    expect(refusalOf(UNGOVERNED, Array<Action>(17).fill(PAUSE))).toBe("refused/too-many-decisions");
    expect(refusalOf(UNGOVERNED, Array<Action>(16).fill(PAUSE))).toBeUndefined();
  });

  it("makes other guardians Freezer of every asset once their delay has run out, with no decision needed", () => {
    const waiting = decide(UNGOVERNED, others);
    expect(refusalOf(work(waiting, 22n), [])).toBe("refused/empty-batch");
    const due = work(waiting, 23n);
    const batch = batchOf(due, []);
    const team = { issuer: ISSUER, admin: ISSUER, freezer: newGuardians.freezer };
    expect(typesOf(batch)).toEqual(["cancelApproval", "setTeam", "setTeam", "approveTransfer", "remark"]);
    expect(batch.calls.slice(1, 3)).toEqual([
      { type: "setTeam", asset: XUS.assetId, ...team },
      { type: "setTeam", asset: XDX.assetId, ...team },
    ]);
    const done = (world: World) => {
      for (const { assetId } of exampleConfig.currencies)
        world.parachain.setAsset(assetId, { freezer: newGuardians.freezer });
    };
    expect(refusalOf(after(due, batch), [], done)).toBe("refused/empty-batch");
    const half = (world: World) => world.parachain.setAsset(XUS.assetId, { freezer: newGuardians.freezer });
    expect(typesOf(batchOf(after(due, batch), [], half))).toEqual(typesOf(batch));
  });

  it("goes by other guardians' signatures once their delay has run out, and not before", () => {
    const waiting = decide(UNGOVERNED, others);
    const by = (governance: Governance, seeds: readonly Uint8Array[]) =>
      refusal(() =>
        settleIn(
          worldAfter(governance),
          governance,
          decided(governance, PAUSE).map((one) => sign(one, seeds)),
        ),
      );
    const [early, due] = [work(waiting, 22n), work(waiting, 23n)];
    expect(by(early, GUARDIAN_SEEDS)).toBeUndefined();
    expect(by(early, NEW_SEEDS.slice(0, 2))).toBe("proof/unknown-guardian");
    expect(by(due, GUARDIAN_SEEDS)).toBe("proof/unknown-guardian");
    expect(by(due, NEW_SEEDS.slice(1))).toBeUndefined();
    expect(by(due, NEW_SEEDS.slice(2))).toBe("proof/guardian-threshold");
  });

  it("makes them Freezer with whatever they decide, at a frozen block behind the thaw", () => {
    const due = work(decide(UNGOVERNED, others), 24n);
    const typesBy = (change: (world: World) => void) => {
      const world = worldAfter(due);
      change(world);
      const signed = decided(due, PAUSE).map((one) => sign(one, NEW_SEEDS));
      return typesOf(settleIn(world, due, signed));
    };
    const rest = ["cancelApproval", "setTeam", "setTeam", "approveTransfer", "remark"];
    expect(typesBy(() => undefined)).toEqual(rest);
    expect(typesBy(freeze(XUS.assetId))).toEqual(["thawAsset", ...rest]);
  });

  it("is refused for other decisions than the ledger's, however they came about", () => {
    const paused = decide(UNGOVERNED, PAUSE);
    for (const decisions of [[], [...paused.decisions, ...paused.decisions]])
      expect(refusalOf({ ...paused, decisions }, [RESUME])).toBe("refused/decisions");
    expect(refusalOf({ ...UNGOVERNED, decisions: paused.decisions }, [RESUME])).toBe("refused/decisions");
    const forgotten = { ...paused.ledger, decisions: NO_DECISIONS };
    const signed = decided(UNGOVERNED, lower).map((one) => sign(one));
    const bridge = governedBridge({ ledger: forgotten, decisions: [] });
    expect(refusal(() => settleDecisions(bridge, worldAfter(paused).parachain.facts(), NO_SETS, signed))).toBe(
      "refused/not-in-force",
    );
  });

  it("is refused at the block of the decisions before it", () => {
    const paused = decide(UNGOVERNED, PAUSE);
    const signed = decided(paused, RESUME).map((one) => sign(one));
    expect(refusal(() => settleIn(worldAfter(paused, 0n), paused, signed))).toBe("refused/too-early");
  });

  it("is refused for an issuer's nonce from before the ledger's batch", () => {
    const change = (world: World) => world.parachain.setAccount(ISSUER, { nonce: UNGOVERNED.ledger.nonce - 1 });
    expect(refusalOf(UNGOVERNED, [PAUSE], change)).toBe("refused/nonce-behind");
    const failed = (world: World) => world.parachain.setAccount(ISSUER, { nonce: UNGOVERNED.ledger.nonce + 3 });
    expect(batchOf(UNGOVERNED, [PAUSE], failed)).toMatchObject({ nonce: UNGOVERNED.ledger.nonce + 3 });
  });

  it("takes at most half of what a block gives", () => {
    const { parachain } = exampleConfig;
    const small = { ...parachain.profile, normalLength: 1_000 };
    const config = { ...exampleConfig, parachain: { ...parachain, profile: small } };
    const id = bridgeId(config);
    const world = worldAfter(UNGOVERNED);
    world.parachain.approve(anchorOf(id, UNGOVERNED.ledger));
    const bridge = { ...governedBridge(UNGOVERNED), config, profile: small };
    const signed = decided(UNGOVERNED, PAUSE).map((one) => sign(one, GUARDIAN_SEEDS, id));
    expect(refusal(() => settleDecisions(bridge, world.parachain.facts(), NO_SETS, signed))).toBe(
      "refused/batch-too-large",
    );
  });

  it("is refused with an asset that is absent or being destroyed", () => {
    expect(
      refusalOf(UNGOVERNED, [PAUSE], (world) => world.parachain.setAsset(XDX.assetId, { status: "destroying" })),
    ).toBe("refused/asset-destroying");
    expect(refusalOf(UNGOVERNED, [PAUSE], (world) => world.parachain.storage.clear())).toBe("refused/not-in-force");
  });
});

describe("a decision", () => {
  const [pause] = decided(UNGOVERNED, PAUSE);
  if (pause === undefined) throw new Error("expected a decision");
  const refusedWith = (change: Partial<Decision>) =>
    refusal(() => settleIn(worldAfter(UNGOVERNED), UNGOVERNED, [sign({ ...pause, ...change })]));
  const now = UNGOVERNED.ledger.time + HOUR;

  it("is taken up in its place alone: not again, not out of order, not after others", () => {
    expect(refusedWith({})).toBeUndefined();
    expect(refusedWith({ number: 1n })).toBe("refused/decision-number");
    expect(refusedWith({ previous: filled(32, 1) })).toBe("refused/decision-previous");
    const paused = decide(UNGOVERNED, PAUSE);
    expect(refusal(() => settleIn(worldAfter(paused), paused, [sign(pause)]))).toBe("refused/decision-number");
    const renumbered = { ...pause, number: 1n };
    expect(refusal(() => settleIn(worldAfter(paused), paused, [sign(renumbered)]))).toBe("refused/decision-previous");
    const [first, second] = decided(UNGOVERNED, lower, PAUSE).map((one) => sign(one));
    if (first === undefined || second === undefined) throw new Error("expected two decisions");
    expect(refusal(() => settleIn(worldAfter(UNGOVERNED), UNGOVERNED, [second, first]))).toBe(
      "refused/decision-number",
    );
    expect(refusal(() => settleIn(worldAfter(UNGOVERNED), UNGOVERNED, [first, first]))).toBe("refused/decision-number");
  });

  it("is valid until the time that it says, 24 h ahead at most", () => {
    expect(refusedWith({ until: now })).toBeUndefined();
    expect(refusedWith({ until: now - 1n })).toBe("refused/decision-expired");
    expect(refusedWith({ until: now + 24n * HOUR })).toBeUndefined();
    expect(refusedWith({ until: now + 24n * HOUR + 1n })).toBe("refused/decision-until");
  });

  it("is refused without enough guardians, with one twice, and without any", () => {
    const [seed] = GUARDIAN_SEEDS;
    if (seed === undefined) throw new Error("expected a guardian");
    const world = worldAfter(UNGOVERNED);
    expect(refusal(() => settleIn(world, UNGOVERNED, [sign(pause, [seed])]))).toBe("proof/guardian-threshold");
    expect(refusal(() => settleIn(world, UNGOVERNED, [sign(pause, [seed, seed])]))).toBe("proof/guardian-twice");
    expect(refusal(() => settleIn(world, UNGOVERNED, [sign(pause, [])]))).toBe("proof/guardian-threshold");
  });

  it("to resume needs a pause or a freeze, one to thaw a freeze", () => {
    expect(refusalOf(UNGOVERNED, [RESUME])).toBe("refused/not-paused");
    expect(refusalOf(UNGOVERNED, [PAUSE, RESUME])).toBeUndefined();
    expect(refusalOf(UNGOVERNED, [RESUME], freeze(XUS.assetId))).toBeUndefined();
    expect(refusalOf(UNGOVERNED, [THAW])).toBe("refused/not-frozen");
    expect(refusalOf(decide(UNGOVERNED, PAUSE), [RESUME])).toBeUndefined();
  });

  it.each<[string, object]>([
    ["refused/unknown-currency", { currency: "ABC" }],
    [
      "refused/config-minimum",
      { minimum: XUS.fees.deposit + XUS.fees.withdrawal + XUS.fees.refund + XUS.minBalance - 1n },
    ],
    ["refused/config-maximum", { maximum: 2n * XUS.minimum - 1n }],
    ["refused/config-maximum", { minimum: XUS.maximum / 2n + 1n }],
    ["refused/config-window", { mint: XUS.maximum - 1n }],
    ["refused/config-window", { release: XUS.maximum - 1n }],
    ["refused/config-window", { refund: XUS.maximum - 1n }],
  ])("on limits is held to the configuration's rules: %s (%#)", (code, change) => {
    expect(refusalOf(UNGOVERNED, [{ type: "limits", value: { ...limitsOf(XUS), ...change } }])).toBe(code);
  });

  it.each<[string, object]>([
    ["refused/config-guardians", { keys: [] }],
    ["refused/config-guardians", { keys: [filled(32, 0)], threshold: 1 }],
    ["refused/config-threshold", { threshold: 0 }],
    ["refused/config-threshold", { threshold: 4 }],
    ["refused/config-freezer", { freezer: filled(32, 0) }],
  ])("on guardians is held to the configuration's rules: %s (%#)", (code, change) => {
    expect(refusalOf(UNGOVERNED, [{ type: "guardians", value: { ...newGuardians, ...change } }])).toBe(code);
  });

  it("on measurements always leaves one allowed", () => {
    const retire = (value: object): Action => ({
      type: "measurement",
      value: { measurement: { tee: "simulated", value: filled(32, 10), ...value }, isAllowed: false },
    });
    const allow: Action = { type: "measurement", value: { measurement, isAllowed: true } };
    expect(refusalOf(UNGOVERNED, [retire({})])).toBe("refused/last-measurement");
    expect(refusalOf(UNGOVERNED, [retire({ value: filled(32, 11) })])).toBeUndefined();
    expect(refusalOf(UNGOVERNED, [allow, retire({})])).toBe("refused/last-measurement");
    expect(
      refusalOf(UNGOVERNED, [
        { type: "measurement", value: { measurement: { tee: "simulated", value: filled(32, 0) }, isAllowed: true } },
      ]),
    ).toBe("refused/config-measurements");
    expect(
      refusalOf(UNGOVERNED, [
        { type: "measurement", value: { measurement: { tee: "sgx", value: filled(32, 30) }, isAllowed: true } },
      ]),
    ).toBe("refused/mixed-measurements");
    const both = work(decide(UNGOVERNED, allow), 23n);
    expect(refusalOf(both, [retire({})])).toBeUndefined();
    const other: Action = { type: "measurement", value: { measurement, isAllowed: false } };
    expect(refusalOf(both, [retire({}), other])).toBe("refused/last-measurement");
  });
});

describe("the profile that a batch of decisions is encoded with", () => {
  const under = (governance: Governance, actions: readonly Action[], profile = ASSET_HUB) => {
    const signed = decided(governance, ...actions).map((one) => sign(one));
    return settleDecisions(
      { ...governedBridge(governance), profile },
      worldAfter(governance).parachain.facts(),
      NO_SETS,
      signed,
    );
  };

  it("may be one that the batch brings, where none in force is for its transaction version", () => {
    expect(under(UNGOVERNED, [upgraded]).ledger.runtime.profile).toEqual(profileHash(ASSET_HUB));
    expect(refusal(() => under(UNGOVERNED, [PAUSE]))).toBe("refused/profile");
    expect(refusal(() => under(UNGOVERNED, [upgraded, PAUSE]))).toBe("refused/profile");
    const other = { ...ASSET_HUB, mortalPeriod: 32 };
    expect(refusal(() => under(UNGOVERNED, [upgraded], other))).toBe("refused/profile");
  });

  it("may be one that is still delayed", () => {
    const waiting = decide(UNGOVERNED, upgraded);
    expect(under(waiting, [PAUSE]).ledger.runtime.profile).toEqual(profileHash(ASSET_HUB));
  });

  it("may be either at a frozen block, where the thaw's pause cancels only what was delayed before", () => {
    const thawing = (governance: Governance, ...actions: readonly Action[]) => {
      const world = worldAfter(governance);
      freeze(XUS.assetId)(world);
      const signed = decided(governance, ...actions).map((one) => sign(one));
      const bridge = { ...governedBridge(governance), profile: ASSET_HUB };
      const batch = settleDecisions(bridge, world.parachain.facts(), NO_SETS, signed);
      expect(typesOf(batch)[0]).toBe("thawAsset");
      const { paused, delayed } = inForceOf(after(governance, batch));
      return [paused, delayed.map(({ action }) => action.type)];
    };
    expect(thawing(UNGOVERNED, upgraded)).toEqual([true, ["profile"]]);
    expect(thawing(UNGOVERNED, RESUME, upgraded)).toEqual([false, ["profile"]]);
    const waiting = decide(UNGOVERNED, upgraded);
    expect(thawing(waiting, THAW)).toEqual([true, []]);
    expect(thawing(waiting, RESUME)).toEqual([false, ["profile"]]);
  });

  it("isn't one that replaces another in force before its delay has run out: its calls could mean anything", () => {
    const { profile } = exampleConfig.parachain;
    const replacement = {
      ...profile,
      calls: { ...profile.calls, remark: profile.calls.mint, mint: profile.calls.remark },
    };
    const replaced: Action = { type: "profile", value: replacement };
    expect(refusal(() => under(UNGOVERNED, [replaced], replacement))).toBe("refused/profile");
    const waiting = decide(UNGOVERNED, replaced);
    expect(refusal(() => under(waiting, [PAUSE], replacement))).toBe("refused/profile");
    expect(refusal(() => under(waiting, [PAUSE], profile))).toBeUndefined();
    const due = work(waiting, 23n);
    expect(refusal(() => under(due, [PAUSE], replacement))).toBeUndefined();
    expect(refusal(() => under(due, [PAUSE], profile))).toBe("refused/profile");
  });
});
