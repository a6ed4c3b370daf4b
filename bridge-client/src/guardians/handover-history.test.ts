import type { Action } from "@pdiem/bridge/governance/action";
import { exampleConfig, filled, HOUR, XUS } from "@pdiem/bridge/testing/config";
import { afterBatch, decideIn } from "@pdiem/bridge/testing/decisions";
import {
  decided,
  type Governed,
  PAUSE,
  RESUME,
  sign,
  THAW,
  UNGOVERNED,
  work,
  worldAfter,
} from "@pdiem/bridge/testing/guardians";
import { describe, expect, it } from "vitest";
import type { TakenDecision } from "../journal/history.js";
import { decidedHandovers, describeHolders } from "./handover-history.js";

const [A, B] = [filled(32, 0x40), filled(32, 0x41)];
const handOver = (transcript: Uint8Array): Action => ({ type: "handover", value: { transcript } });

/** A bridge with all that was decided so far. */
interface Told extends Governed {
  readonly decisions: readonly TakenDecision[];
}

const start: Told = { ...UNGOVERNED, decisions: [] };

const decide = (before: Told, actions: readonly Action[], isFrozen = false): Told => {
  const world = worldAfter(before);
  if (isFrozen) world.parachain.setAsset(XUS.assetId, { status: "frozen" });
  const decision = sign(decided(before, ...actions));
  const next = afterBatch(before, decideIn(world, before, decision));
  const taken = { decision, state: next.governance, ledger: next.ledger };
  return { ...next, decisions: [...before.decisions, taken] };
};
const pass = (before: Told, hours: bigint): Told => ({ ...before, ...work(before, hours) });
const historyOf = (told: Told) => decidedHandovers(exampleConfig, told);
const statesOf = (told: Told) => historyOf(told).map(({ state }) => state);

describe("PROTOCOL 7: the history of hand-overs", () => {
  const delayed = decide(start, [handOver(A)]);
  const delay = (delayed.governance.delayed[0]?.due ?? 0n) / HOUR;

  it("has none before any decision, nor by decisions about other things", () => {
    expect(historyOf(start)).toEqual([]);
    expect(historyOf(decide(start, [PAUSE]))).toEqual([]);
  });

  it("says from the end of the delay on that the key may have been given", () => {
    expect(delay).toBeGreaterThanOrEqual(25n);
    expect(statesOf(delayed)).toEqual(["delayed"]);
    expect(statesOf(pass(delayed, delay - 1n))).toEqual(["delayed"]);
    expect(statesOf(pass(delayed, delay))).toEqual(["open"]);
  });

  it("doesn't take it for kept where a freeze comes after the delay was over", () => {
    expect(statesOf(decide(pass(delayed, delay), [THAW], true))).toEqual(["closed"]);
  });

  it("never forgets that it may have been given, whatever is decided since", () => {
    const paused = decide(pass(delayed, delay), [PAUSE]);
    expect(historyOf(paused)).toEqual([
      { transcript: A, decisions: [1], decidedAt: delayed.ledger.time, state: "closed", closedAt: paused.ledger.time },
    ]);
    const again = decide(decide(paused, [RESUME]), [handOver(A), handOver(B)]);
    expect(historyOf(again)).toMatchObject([
      { transcript: A, decisions: [1, 4], state: "closed" },
      { transcript: B, decisions: [4], state: "delayed" },
    ]);
    expect(statesOf(pass(again, 2n * delay))).toEqual(["open", "open"]);
  });

  it("tells what a pause has taken back in time", () => {
    expect(statesOf(decide(pass(delayed, delay - 1n), [PAUSE]))).toEqual(["cancelled"]);
  });

  it("says in words who may hold the key", () => {
    expect(describeHolders(exampleConfig, [])).toEqual([expect.stringContaining("others of the configuration's")]);
    expect(describeHolders({ ...exampleConfig, secondHolder: true }, [])).toEqual([
      expect.stringContaining("at least one more"),
    ]);
    const words = (told: Told) => describeHolders(exampleConfig, historyOf(told))[1];
    expect(words(delayed)).toMatch(/^Hand-over 0x4040.*, decision 1 of 1970-.*: its delay isn't over/);
    expect(words(pass(delayed, delay))).toContain("may hold the key by now");
    expect(words(decide(pass(delayed, delay), [PAUSE]))).toMatch(/was in force until 1970-.*MAY HOLD THE KEY/);
    expect(words(decide(delayed, [PAUSE]))).toContain("nobody has the key by it");
  });
});
