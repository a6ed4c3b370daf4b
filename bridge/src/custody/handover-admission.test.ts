import { equal } from "@pdiem/light-client/bytes";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { describe, expect, it } from "vitest";
import type { Facts } from "../facts/facts.js";
import type { Action } from "../governance/decision.js";
import { exampleConfig as config, filled, HOUR, ISSUER } from "../testing/config.js";
import { decide, type Governance, PAUSE, RESUME, UNGOVERNED, work, worldAfter } from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import { createWorld, exampleLedger, type World } from "../testing/world.js";
import { admitAcceptance, admitRelease, checkNotBegun } from "./handover-admission.js";

const HOURS = config.decisionDelay / HOUR;
const transcript = filled(32, 0x77);
const handover: Action = { type: "handover", value: { transcript } };
const measurement = { tee: "simulated", value: filled(32, 30) };
const allow: Action = { type: "measurement", value: { measurement, isAllowed: true } };

const handedOf = (governed: Governance | undefined, issuer = ISSUER) => ({ config, issuer, governed });
const release = (governed: Governance, world: World = worldAfter(governed), issuer = ISSUER) =>
  refusal(() => admitRelease(handedOf(governed, issuer), world.facts(), transcript));
const acceptance = (governed: Governance, world: World = worldAfter(governed), issuer = ISSUER) =>
  refusal(() => admitAcceptance(handedOf(governed, issuer), world.facts()));

const decided = decide(UNGOVERNED, handover);
const due = work(decided, HOURS - 1n);

describe("a release of the key", () => {
  it("is admitted from the end of its decision's delay on, by the measurements in force then", () => {
    expect(release(UNGOVERNED)).toBe("refused/handover-undecided");
    expect(release(decided)).toBe("refused/handover-delayed");
    expect(release(work(decided, HOURS - 2n))).toBe("refused/handover-delayed");
    expect(release(due)).toBeUndefined();
    const both = work(decide(UNGOVERNED, handover, allow), HOURS - 1n);
    const measurements = admitRelease(handedOf(both), worldAfter(both).facts(), transcript);
    expect(measurements).toEqual([...config.measurements, measurement]);
    expect(refusal(() => admitRelease(handedOf(due), worldAfter(due).facts(), filled(32, 1)))).toBe(
      "refused/handover-undecided",
    );
  });

  it("isn't admitted after a pause, nor while there is one", () => {
    const paused = decide(due, PAUSE);
    expect(release(paused)).toBe("refused/paused");
    expect(release(decide(paused, RESUME))).toBe("refused/handover-undecided");
    expect(release(work(decide(paused, RESUME, handover), HOURS))).toBeUndefined();
  });

  it.each<[string, string, (world: World) => void]>([
    [
      "the first asset is frozen",
      "refused/asset-frozen",
      ({ parachain }) => parachain.setAsset(7, { status: "frozen" }),
    ],
    ["another asset is frozen", "refused/asset-frozen", ({ parachain }) => parachain.setAsset(8, { status: "frozen" })],
    ["another is Freezer", "refused/freezer", ({ parachain }) => parachain.setAsset(8, { freezer: filled(32, 1) })],
    ["the runtime was upgraded since", "refused/runtime-changed", ({ parachain }) => (parachain.specVersion = 901)],
    [
      "custody has another key",
      "refused/custody-key",
      ({ diem }) => (diem.custody = { account: { authenticationKey: filled(32, 1) } }),
    ],
    ["custody is frozen", "refused/custody-frozen", ({ diem }) => (diem.custody = { frozen: true })],
  ])("isn't admitted where %s", (_, code, change) => {
    const world = worldAfter(due);
    change(world);
    expect(release(due, world)).toBe(code);
  });

  it("isn't admitted at another ledger than the one in force, or behind it, or for another key", () => {
    expect(release(due, worldAfter(decided))).toBe("refused/not-in-force");
    expect(release({ ...due, decisions: [] })).toBe("refused/decisions");
    expect(release(due, worldAfter(due), filled(32, 1))).toBe("refused/not-in-force");
    const later = { ...due, ledger: { ...due.ledger, deposits: { next: 1n, open: [] } } };
    expect(release(later)).toBe("refused/diem-behind");
    const unknown = { ...due.ledger.runtime, profile: filled(32, 1) };
    expect(release({ ...due, ledger: { ...due.ledger, runtime: unknown } })).toBe("refused/profile");
  });
});

describe("an acceptance of the key", () => {
  it("is admitted for custody's and the issuer's key, whatever guardians have decided since", () => {
    for (const governed of [UNGOVERNED, decided, due, decide(due, PAUSE)]) expect(acceptance(governed)).toBeUndefined();
    const world = worldAfter(due);
    world.parachain.setAsset(7, { status: "frozen" });
    expect(acceptance(due, world)).toBeUndefined();
  });

  it("isn't admitted for another key, or at another ledger than the one in force", () => {
    expect(acceptance(due, worldAfter(due), filled(32, 1))).toBe("refused/not-in-force");
    expect(acceptance(due, worldAfter(decided))).toBe("refused/not-in-force");
    expect(acceptance({ ...due, decisions: [] })).toBe("refused/decisions");
    const world = worldAfter(due);
    world.diem.custody = { account: { authenticationKey: filled(32, 1) } };
    expect(acceptance(due, world)).toBe("refused/custody-key");
  });
});

describe("before genesis", () => {
  const factsWith = (nonce: number | undefined): Facts => {
    const world = createWorld(exampleLedger);
    world.parachain.setAccount(ISSUER, nonce === undefined ? undefined : { nonce });
    return world.facts();
  };

  it("either is admitted for an issuer that is proven never to have signed, by the configuration's measurements", () => {
    for (const nonce of [0, undefined]) {
      expect(admitRelease(handedOf(undefined), factsWith(nonce), transcript)).toBe(config.measurements);
      expect(admitAcceptance(handedOf(undefined), factsWith(nonce))).toBe(config.measurements);
    }
    const { parachain, diem } = factsWith(1);
    expect(refusal(() => admitRelease(handedOf(undefined), { parachain, diem }, transcript))).toBe(
      "refused/handover-begun",
    );
    expect(refusal(() => admitAcceptance(handedOf(undefined), { parachain, diem }))).toBe("refused/handover-begun");
  });

  it("nothing is taken for signed or unsigned that wasn't shown", () => {
    const { parachain } = factsWith(0);
    const key = systemAccount(ISSUER);
    const storage: typeof parachain.storage = (asked) => {
      if (equal(asked, key)) throw new Error("not shown");
      return parachain.storage(asked);
    };
    expect(() => checkNotBegun(ISSUER, { ...parachain, storage })).toThrow("not shown");
  });
});
