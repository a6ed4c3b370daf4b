import type { Action } from "@pdiem/bridge/governance/decision";
import { workedUntil } from "@pdiem/bridge/ledger/active-time";
import { exampleConfig, filled, HOUR, XUS } from "@pdiem/bridge/testing/config";
import {
  after,
  decide,
  decided as decidedNext,
  type Governance,
  PAUSE,
  RESUME,
  settleIn,
  sign,
  THAW,
  UNGOVERNED,
  work,
  worldAfter,
} from "@pdiem/bridge/testing/guardians";
import { describe, expect, it } from "vitest";
import { decidedHandovers, describeHolders } from "./handover-history.js";

const [A, B] = [filled(32, 0x40), filled(32, 0x41)];
const handOver = (transcript: Uint8Array): Action => ({ type: "handover", value: { transcript } });

const historyOf = ({ ledger, decisions }: Governance, later = 0n) =>
  decidedHandovers(exampleConfig, decisions, {
    time: ledger.time + later,
    worked: workedUntil(ledger, ledger.time + later),
  });
const statesOf = (governance: Governance, later?: bigint) => historyOf(governance, later).map(({ state }) => state);

describe("the history of hand-overs", () => {
  const decided = decide(UNGOVERNED, handOver(A));

  it("has none before any decision, nor by decisions about other things", () => {
    expect(historyOf(UNGOVERNED)).toEqual([]);
    expect(historyOf(decide(UNGOVERNED, PAUSE))).toEqual([]);
  });

  it("says from the end of the delay on that the key may have been given", () => {
    expect(statesOf(decided)).toEqual(["delayed"]);
    expect(statesOf(work(decided, 22n), HOUR - 1n)).toEqual(["delayed"]);
    expect(statesOf(work(decided, 22n), HOUR)).toEqual(["open"]);
    expect(statesOf(work(decided, 24n))).toEqual(["open"]);
  });

  it("doesn't take it for kept where a freeze hides that the delay was over before", () => {
    const due = work(decided, 23n);
    const world = worldAfter(due);
    world.parachain.setAsset(XUS.assetId, { status: "frozen" });
    const signed = decidedNext(due, THAW).map((one) => sign(one));
    const thawed = after(due, settleIn(world, due, signed));
    expect(thawed.ledger.worked).toBe(due.ledger.worked);
    expect(statesOf(thawed)).toEqual(["closed"]);
  });

  it("never forgets that it may have been given, whatever is decided since", () => {
    const paused = decide(work(decided, 23n), PAUSE);
    expect(historyOf(paused)).toEqual([
      { transcript: A, decisions: [0n], decidedAt: decided.ledger.time, state: "closed", closedAt: paused.ledger.time },
    ]);
    const again = decide(decide(paused, RESUME), handOver(A), handOver(B));
    expect(historyOf(again)).toMatchObject([
      { transcript: A, decisions: [0n, 3n], state: "closed" },
      { transcript: B, decisions: [4n], state: "delayed" },
    ]);
    expect(statesOf(work(again, 24n))).toEqual(["open", "open"]);
  });

  it("tells what a pause has taken back in time", () => {
    expect(statesOf(decide(work(decided, 21n), PAUSE))).toEqual(["cancelled"]);
  });
});

describe("who may hold the key, in words", () => {
  it("are those before genesis, and the receiver of each hand-over that was ever in force", () => {
    expect(describeHolders(exampleConfig, [])).toEqual([expect.stringContaining("others of the configuration's")]);
    expect(describeHolders({ ...exampleConfig, secondHolder: true }, [])).toEqual([
      expect.stringContaining("at least one more"),
    ]);
    const decided = decide(UNGOVERNED, handOver(A));
    const told = (governance: Governance) => describeHolders(exampleConfig, historyOf(governance))[1];
    expect(told(decided)).toMatch(/^Hand-over 0x4040.*, decision 0 of 1970-.*: its delay isn't over/);
    expect(told(work(decided, 24n))).toContain("may hold the key by now");
    expect(told(decide(work(decided, 24n), PAUSE))).toMatch(/was in force until 1970-.*MAY HOLD THE KEY/);
    expect(told(decide(decided, PAUSE))).toContain("nobody has the key by it");
  });
});
