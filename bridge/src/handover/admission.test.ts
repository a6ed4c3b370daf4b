import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { nonceListHash } from "../checkpoint/checkpoint.js";
import type { Action } from "../governance/action.js";
import type { Governed } from "../governance/guardians-in-force.js";
import { checkpointIn } from "../testing/checkpoints.js";
import { exampleConfig as config, filled, HOUR, ISSUER } from "../testing/config.js";
import { decide } from "../testing/decisions.js";
import { governed, PAUSE, RESUME, UNGOVERNED, work, worldAfter } from "../testing/guardians.js";
import { ownSets, provenBy } from "../testing/own-sets.js";
import { createWorld, type World } from "../testing/world.js";
import { admitKeyExport, admitKeyImport, type HandoverPoint, type KeyExport } from "./admission.js";

const HOURS = config.decisionDelay / HOUR + 1n;
const TRANSCRIPT = filled(32, 0x77);
const NONCES = [filled(32, 1), filled(32, 2)];
const [OTHERS = filled(32, 0), DRAWN = filled(32, 0)] = NONCES;
const handover: Action = { type: "handover", value: { transcript: TRANSCRIPT } };
const measurement = { tee: "simulated", value: filled(32, 30) };
const allow: Action = { type: "measurement", value: { measurement, isAllowed: true } };
const OWN = ownSets(5n, 8n, { epochs: [4n], sets: [7n] });

const decided = decide(UNGOVERNED, [handover]);
const due = work(decided, HOURS);
type After = typeof due;

const SHOWN: KeyExport = {
  name: TRANSCRIPT,
  nonces: NONCES,
  isOwnNonce: (nonce) => String(nonce) === String(DRAWN),
};
const pointAt = (told: Governed, world: World, given: Partial<HandoverPoint> = {}): HandoverPoint => {
  const facts = world.facts();
  const since = facts.diem.time < facts.parachain.time ? facts.diem.time : facts.parachain.time;
  const checkpoint = checkpointIn(5n, 8n, since, { nonces: nonceListHash(NONCES) });
  return { config, issuer: ISSUER, governed: told, proven: provenBy(OWN, facts), checkpoint, ...given };
};
const give = (told: After, world = worldAfter(told), given: Partial<HandoverPoint> = {}, shown = SHOWN) =>
  outcome(() => admitKeyExport(pointAt(told, world, given), shown));
const take = (told: After, world = worldAfter(told), given: Partial<HandoverPoint> = {}) =>
  outcome(() => admitKeyImport(pointAt(told, world, given)));

describe("PROTOCOL 7: giving the key", () => {
  it("is admitted from the end of its decision's delay on, to what may hold it then", () => {
    expect(give(UNGOVERNED)).toBe("refused/handover-undecided");
    expect(give(decided)).toBe("refused/handover-delayed");
    expect(give(work(decided, HOURS - 1n))).toBe("refused/handover-delayed");
    expect(give(due)).toBe("accepted");
    expect(give(due, worldAfter(due), {}, { ...SHOWN, name: filled(32, 1) })).toBe("refused/handover-undecided");
    const both = work(decide(UNGOVERNED, [handover, allow]), HOURS);
    expect(admitKeyExport(pointAt(both, worldAfter(both)), SHOWN).measurements).toEqual([
      ...config.measurements,
      measurement,
    ]);
  });

  it("runs out by the ledger's active time alone, whatever the block's time", () => {
    expect(give(decided, worldAfter(decided, 1_000n * HOUR))).toBe("refused/handover-delayed");
  });

  it("isn't admitted while paused, nor after a pause that came after the delay", () => {
    const paused = decide(due, [PAUSE]);
    expect(give(paused)).toBe("refused/paused");
    expect(give(decide(paused, [RESUME]))).toBe("refused/handover-undecided");
    expect(give(work(decide(paused, [RESUME, handover]), HOURS))).toBe("accepted");
  });

  it.each<[string, string, (world: World) => void]>([
    [
      "the first asset is frozen",
      "refused/asset-frozen",
      ({ parachain }) => parachain.setAsset(7, { status: "frozen" }),
    ],
    ["another asset is frozen", "refused/asset-frozen", ({ parachain }) => parachain.setAsset(8, { status: "frozen" })],
    ["the runtime isn't vouched for", "refused/spec-version", ({ parachain }) => (parachain.specVersion = 901)],
    [
      "custody has another key",
      "refused/custody-key",
      ({ diem }) => (diem.custody = { account: { authenticationKey: filled(32, 1) } }),
    ],
    ["custody is frozen", "refused/custody-frozen", ({ diem }) => (diem.custody = { frozen: true })],
  ])("isn't admitted where %s", (_, code, change) => {
    const world = worldAfter(due);
    change(world);
    expect(give(due, world)).toBe(code);
  });

  it("isn't admitted at another ledger than the one in force, or behind it, or for another key", () => {
    expect(give(due, worldAfter(decided))).toBe("refused/not-in-force");
    expect(give({ ...due, governance: UNGOVERNED.governance })).toBe("refused/governance");
    expect(give(due, worldAfter(due), { issuer: filled(32, 1) })).toBe("refused/not-in-force");
    expect(give({ ...due, ledger: { ...due.ledger, deposits: 1n } })).toBe("refused/diem-behind");
  });

  it("needs a checkpoint with a nonce that this very process drew", () => {
    const world = worldAfter(due);
    const withNonces = (nonces: Uint8Array | undefined) => ({
      checkpoint: checkpointIn(5n, 8n, world.parachain.time, { nonces }),
    });
    expect(give(due, world, { checkpoint: undefined })).toBe("refused/checkpoint-nonces");
    expect(give(due, world, withNonces(undefined))).toBe("refused/checkpoint-nonces");
    expect(give(due, world, withNonces(nonceListHash([OTHERS])))).toBe("refused/checkpoint-nonces");
    const shown = { ...SHOWN, nonces: [OTHERS] };
    expect(give(due, world, withNonces(nonceListHash([OTHERS])), shown)).toBe("refused/checkpoint-nonces");
    const many = { ...SHOWN, nonces: Array<Uint8Array>(33).fill(DRAWN) };
    expect(give(due, world, {}, many)).toBe("refused/checkpoint-nonces");
    const forgetful = { ...SHOWN, isOwnNonce: () => false };
    expect(give(due, world, {}, forgetful)).toBe("refused/checkpoint-nonces");
  });

  it("needs both chains' facts from that checkpoint's time on, vouched for by its sets", () => {
    const world = worldAfter(due);
    const checkpoint = checkpointIn(5n, 8n, world.diem.time, { nonces: nonceListHash(NONCES) });
    world.parachain.time -= 1n;
    expect(give(due, world, { checkpoint })).toBe("refused/before-checkpoint");
    world.parachain.time += 1n;
    world.diem.time -= 1n;
    expect(give(due, world, { checkpoint })).toBe("refused/before-checkpoint");
    const fresh = worldAfter(due);
    for (const signers of [{ epoch: 4n }, { setId: 7n }])
      expect(give(due, fresh, { proven: provenBy(OWN, fresh.facts(), signers) })).toBe("refused/before-checkpoint");
  });
});

describe("PROTOCOL 7: taking the key", () => {
  it("is admitted for custody's and the issuer's key, whatever was decided since", () => {
    for (const told of [UNGOVERNED, decided, due, decide(due, [PAUSE])]) expect(take(told)).toBe("accepted");
    const world = worldAfter(due);
    world.parachain.setAsset(7, { status: "frozen" });
    expect(take(due, world)).toBe("accepted");
  });

  it("is admitted from code that was retired: both chains say whose key it is", () => {
    const retired = governed({ measurements: [measurement] });
    expect(admitKeyImport(pointAt(retired, worldAfter(retired)))).toBe("any");
  });

  it("isn't admitted for another key, or at another ledger than the one in force", () => {
    expect(take(due, worldAfter(due), { issuer: filled(32, 1) })).toBe("refused/not-in-force");
    expect(take(due, worldAfter(decided))).toBe("refused/not-in-force");
    expect(take({ ...due, governance: UNGOVERNED.governance })).toBe("refused/governance");
    const world = worldAfter(due);
    world.diem.custody = { account: { authenticationKey: filled(32, 1) } };
    expect(take(due, world)).toBe("refused/custody-key");
  });
});

describe("PROTOCOL 7: before genesis", () => {
  const worldWith = (nonce: number | undefined): World => {
    const world = createWorld();
    world.parachain.setAccount(ISSUER, nonce === undefined ? undefined : { nonce });
    return world;
  };

  it("either is admitted for an issuer that never signed, by the configuration's measurements", () => {
    for (const nonce of [0, undefined]) {
      const point = pointAt(undefined, worldWith(nonce), { checkpoint: undefined });
      expect(admitKeyExport(point, SHOWN).measurements).toBe(config.measurements);
      expect(admitKeyImport(point)).toBe(config.measurements);
    }
    const begun = pointAt(undefined, worldWith(1));
    expect(outcome(() => admitKeyExport(begun, SHOWN))).toBe("refused/begun");
    expect(outcome(() => admitKeyImport(begun))).toBe("refused/begun");
  });
});
