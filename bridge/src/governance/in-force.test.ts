import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, HOUR, XDX, XUS } from "../testing/config.js";
import { PAUSE, RESUME, THAW } from "../testing/guardians.js";
import type { Action } from "./decision.js";
import type { SettledDecision } from "./decision-chain.js";
import { type Clock, deriveInForce, inForceAtFirst } from "./in-force.js";
import { limitsOf } from "./limits.js";

const DELAY = exampleConfig.decisionDelay;
const { profile } = exampleConfig.parachain;

/** Batches an hour of time and a minute of work apart, each of these actions. */
const batches = (...given: readonly (readonly Action[] | { readonly thawed: readonly Action[] })[]) =>
  given.flatMap((batch, i): readonly SettledDecision[] => {
    const thawed = "thawed" in batch;
    return (thawed ? batch.thawed : batch).map((action, place) => ({
      decision: { number: BigInt(i * 100 + place), previous: filled(32, 0), until: 0n, action },
      time: BigInt(i) * HOUR,
      worked: BigInt(i) * 60_000n,
      thawed,
    }));
  });

const LATER: Clock = { time: 10_000n * HOUR, worked: 10_000n * HOUR };
const at = (time: bigint, worked: bigint): Clock => ({ time, worked });
const derive = (decisions: readonly SettledDecision[], now: Clock) => deriveInForce(exampleConfig, decisions, now);

const lower: Action = { type: "limits", value: { ...limitsOf(XUS), maximum: XUS.maximum - 1n } };
const higher: Action = { type: "limits", value: { ...limitsOf(XUS), maximum: XUS.maximum + 1n } };
const others: Action = {
  type: "guardians",
  value: { keys: [publicKeyOf(filled(32, 20))], threshold: 1, freezer: filled(32, 21) },
};
const measurement = { tee: "sgx", value: filled(32, 30) };
const allow: Action = { type: "measurement", value: { measurement, isAllowed: true } };
const retire: Action = { type: "measurement", value: { measurement, isAllowed: false } };
const handover = (transcript: number): Action => ({
  type: "handover",
  value: { transcript: filled(32, transcript) },
});
const upgraded: Action = { type: "profile", value: ASSET_HUB };
const replaced: Action = { type: "profile", value: { ...profile, name: "corrected", mortalPeriod: 32 } };

/** One decision of a batch at that time, all of it worked. */
const settledAt = (time: bigint, action: Action): readonly SettledDecision[] => [
  { decision: { number: 0n, previous: filled(32, 0), until: 0n, action }, time, worked: time, thawed: false },
];

const maximumOf = (decisions: readonly SettledDecision[], now: Clock, code = "XUS") =>
  derive(decisions, now).currencies.find((one) => one.code === code)?.maximum;

describe("what is in force", () => {
  it("is the configuration's before any decision", () => {
    expect(derive([], LATER)).toEqual(inForceAtFirst(exampleConfig));
  });

  it("is paused from a pause to a resume", () => {
    expect(derive(batches([PAUSE]), at(0n, 0n)).paused).toBe(true);
    expect(derive(batches([PAUSE]), LATER).paused).toBe(true);
    expect(derive(batches([PAUSE], [RESUME]), LATER).paused).toBe(false);
    expect(derive(batches([PAUSE], [RESUME], [PAUSE]), LATER).paused).toBe(true);
  });

  it("is paused by a batch that thaws, whatever else it does, unless it resumes", () => {
    expect(derive(batches({ thawed: [THAW] }), LATER).paused).toBe(true);
    expect(derive(batches({ thawed: [lower] }), LATER).paused).toBe(true);
    expect(derive(batches({ thawed: [RESUME] }), LATER).paused).toBe(false);
    expect(derive(batches({ thawed: [RESUME, lower] }), LATER).paused).toBe(false);
    expect(derive(batches({ thawed: [lower, RESUME] }), LATER).paused).toBe(false);
    expect(derive(batches([PAUSE], { thawed: [THAW] }), LATER).paused).toBe(true);
    expect(derive(batches([THAW]), LATER).paused).toBe(false);
  });

  it("is paused by misbehaviour, and remembers whose", () => {
    const culprit = { type: "diem", value: 4n } as const;
    const notice: Action = { type: "misbehaviour", value: { culprits: [culprit], evidence: filled(32, 1) } };
    expect(derive(batches([notice]), LATER)).toMatchObject({ paused: true, misbehaved: [culprit] });
    expect(derive(batches([notice], [RESUME]), LATER)).toMatchObject({ paused: false, misbehaved: [culprit] });
  });

  it("has lower limits at once", () => {
    const minimum: Action = { type: "limits", value: { ...limitsOf(XUS), minimum: XUS.minimum + 1n } };
    expect(maximumOf(batches([lower]), at(0n, 0n))).toBe(XUS.maximum - 1n);
    expect(maximumOf(batches([lower]), at(0n, 0n), "XDX")).toBe(XDX.maximum);
    expect(derive(batches([minimum]), at(0n, 0n)).currencies[0]?.minimum).toBe(XUS.minimum + 1n);
  });

  it.each<[string, object]>([
    ["a smaller minimum", { minimum: XUS.minimum - 1n }],
    ["a larger maximum", { maximum: XUS.maximum + 1n }],
    ["a larger mint window", { mint: XUS.windows.mint.amount + 1n }],
    ["a larger release window", { release: XUS.windows.release.amount + 1n }],
    ["a larger refund window", { refund: XUS.windows.refund.amount + 1n }],
  ])("has limits with %s only after the delay, also where all else is lower", (_, change) => {
    const value = { ...limitsOf(XUS), maximum: XUS.maximum - 5n, ...change };
    const decisions = batches([{ type: "limits", value }]);
    const before = derive(decisions, at(DELAY, DELAY - 1n));
    expect(before.currencies[0]).toEqual(XUS);
    expect(before.delayed).toMatchObject([{ clock: "worked", at: DELAY }]);
    const then = derive(decisions, at(DELAY, DELAY));
    expect(limitsOf(then.currencies[0] ?? XDX)).toEqual(value);
    expect(then.currencies[0]?.windows.mint.length).toBe(XUS.windows.mint.length);
    expect(then.delayed).toEqual([]);
  });

  it("has other guardians and measurements after a delay in worked time, which a standstill doesn't eat", () => {
    const decisions = batches([others, allow]);
    expect(derive(decisions, at(10_000n * HOUR, DELAY - 1n))).toMatchObject({
      guardians: exampleConfig.guardians,
      measurements: exampleConfig.measurements,
    });
    expect(derive(decisions, at(0n, DELAY))).toMatchObject({
      guardians: others.value,
      succession: [0n],
      measurements: [...exampleConfig.measurements, measurement],
    });
    expect(derive(decisions, at(0n, DELAY - 1n)).succession).toEqual([]);
    expect(derive(batches([allow], [others], [PAUSE]), LATER).succession).toEqual([]);
    expect(derive(batches([allow], [retire]), LATER).measurements).toEqual(exampleConfig.measurements);
    const first = exampleConfig.measurements.map(
      (one): Action => ({ type: "measurement", value: { measurement: one, isAllowed: false } }),
    );
    expect(derive(batches([allow, ...first]), at(0n, DELAY - 1n)).measurements).toEqual(exampleConfig.measurements);
    expect(derive(batches([allow, ...first]), at(0n, DELAY)).measurements).toEqual([measurement]);
  });

  it("has a chain profile after a delay in proven time, beside those for other transaction versions", () => {
    expect(derive(batches([upgraded]), at(DELAY - 1n, LATER.worked)).profiles).toEqual([profile]);
    expect(derive(batches([upgraded]), at(DELAY, 0n)).profiles).toEqual([profile, ASSET_HUB]);
    expect(derive(batches([replaced]), at(DELAY - 1n, 0n)).profiles).toEqual([profile]);
    expect(derive(batches([replaced]), at(DELAY, 0n)).profiles).toEqual([replaced.value]);
  });

  it("loses to a pause all that is still delayed, and nothing that isn't", () => {
    for (const stop of [batches([higher, others, allow, upgraded], [PAUSE]), batches([upgraded], { thawed: [THAW] })])
      expect({ ...derive(stop, LATER), paused: false }).toEqual(inForceAtFirst(exampleConfig));
    const late = batches([upgraded], ...Array.from({ length: 24 }, () => []), [PAUSE]);
    expect(derive(late, LATER).profiles).toEqual([profile, ASSET_HUB]);
    expect(derive(batches([lower], [PAUSE]), LATER).currencies[0]?.maximum).toBe(XUS.maximum - 1n);
    expect(derive(batches([higher], { thawed: [RESUME] }), LATER).currencies[0]?.maximum).toBe(XUS.maximum + 1n);
  });

  it("has hand-overs after a delay in worked time, each once, however often it was decided", () => {
    const decisions = batches([handover(1), handover(2)], [handover(1)]);
    expect(derive(decisions, at(10_000n * HOUR, DELAY - 1n)).handovers).toEqual([]);
    expect(derive(decisions, at(0n, DELAY)).handovers).toEqual([filled(32, 2)]);
    expect(derive(decisions, at(0n, DELAY + 60_000n)).handovers).toEqual([filled(32, 2), filled(32, 1)]);
    const again = [...settledAt(0n, handover(1)), ...settledAt(DELAY, handover(1))];
    expect(derive(again, at(DELAY, DELAY)).handovers).toEqual([filled(32, 1)]);
    expect(derive(again, LATER).handovers).toEqual([filled(32, 1)]);
  });

  it("loses to a pause, to misbehaviour and to a thaw the hand-overs that have come into force, too", () => {
    const inForce = settledAt(0n, handover(1));
    const notice = { culprits: [{ type: "diem", value: 4n }], evidence: filled(32, 1) } as const;
    for (const stop of [
      settledAt(DELAY + 1n, PAUSE),
      settledAt(DELAY + 1n, { type: "misbehaviour", value: notice }),
      settledAt(DELAY + 1n, THAW).map((one) => ({ ...one, thawed: true })),
    ]) {
      expect(derive([...inForce, ...stop], LATER).handovers).toEqual([]);
      expect(derive([...inForce, ...stop, ...settledAt(DELAY + 2n, RESUME)], LATER).handovers).toEqual([]);
    }
    const thawedByResume = settledAt(DELAY + 1n, RESUME).map((one) => ({ ...one, thawed: true }));
    expect(derive([...inForce, ...thawedByResume], LATER).handovers).toEqual([filled(32, 1)]);
  });

  it("keeps what a batch delays that thaws or pauses first", () => {
    expect(derive(batches({ thawed: [upgraded] }), LATER).profiles).toEqual([profile, ASSET_HUB]);
    expect(derive(batches([PAUSE, upgraded]), LATER).profiles).toEqual([profile, ASSET_HUB]);
    expect(derive(batches([upgraded, PAUSE]), LATER).profiles).toEqual([profile]);
  });

  it("goes by the later of two decisions about one thing", () => {
    expect(maximumOf(batches([higher], [lower]), LATER)).toBe(XUS.maximum - 1n);
    expect(maximumOf(batches([lower], [higher]), LATER)).toBe(XUS.maximum + 1n);
    const more: Action = { type: "profile", value: { ...ASSET_HUB, mortalPeriod: 32 } };
    const decisions = batches([upgraded], [more]);
    expect(derive(decisions, at(DELAY, 0n)).profiles).toEqual([profile]);
    expect(derive(decisions, at(DELAY + HOUR, 0n)).profiles).toEqual([profile, more.value]);
  });

  it("judges higher and lower by what is in force at the time", () => {
    const between: Action = { type: "limits", value: { ...limitsOf(XUS), maximum: XUS.maximum - 1n } };
    const lowest: Action = { type: "limits", value: { ...limitsOf(XUS), maximum: XUS.maximum - 2n } };
    expect(maximumOf(batches([lowest], [between]), at(HOUR, 60_000n))).toBe(XUS.maximum - 2n);
    expect(maximumOf(batches([lowest], [between]), LATER)).toBe(XUS.maximum - 1n);
  });
});
