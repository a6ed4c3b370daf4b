/** Schedules of holders that answer, fail, restart or hang, in a time of their own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  beginPlan,
  lateSlots,
  nextStep,
  noteAgain,
  noteAnswered,
  noteAsked,
  noteOut,
  noteReady,
  type Plan,
} from "./session-plan.js";

const LATE_MS = 100;

type Manner = "honest" | "wrong" | "hangs" | "away" | "restarts";

interface Behaviour {
  readonly manner: Manner;
  /** How long its answers take, ms. */
  readonly takes: number;
}

interface Outcome {
  readonly end: "done" | "give-up" | "stuck";
  readonly sessions: number;
  /** Handles in the order in which they were used. */
  readonly used: readonly string[];
  readonly at: number;
}

interface Due {
  readonly at: number;
  readonly change: (plan: Plan<string>) => Plan<string>;
}

/** Plays a schedule to its end. */
const play = (threshold: number, behaviours: readonly Behaviour[]): Outcome => {
  let plan = beginPlan<string>(
    threshold,
    behaviours.map((_, i) => i + 1),
  );
  let now = 0;
  let made = 0;
  let due: Due[] = [];
  const used: string[] = [];
  const restarted = new Set<number>();
  const of = (slot: number): Behaviour => behaviours[slot - 1] ?? { manner: "away", takes: 0 };
  const give = (slot: number): void => {
    const { manner, takes } = of(slot);
    const name = `${slot}/${++made}`;
    due.push({
      at: now + takes / 10,
      change: (p) => (manner === "away" ? noteOut(p, slot) : noteReady(p, slot, name)),
    });
  };
  const answer = (slot: number, session: number): void => {
    const { manner, takes } = of(slot);
    if (manner === "hangs") return;
    const isRestart = manner === "restarts" && !restarted.has(slot);
    restarted.add(slot);
    const change = (p: Plan<string>): Plan<string> => {
      if (manner === "wrong") return noteOut(p, slot);
      give(slot);
      return isRestart ? noteAgain(p, slot) : noteAnswered(p, session, slot);
    };
    due.push({ at: now + takes, change });
  };
  for (const [i] of behaviours.entries()) give(i + 1);
  for (let steps = 0; steps < 1_000; steps++) {
    const step = nextStep(plan, (slot) => of(slot).takes, now);
    if (step.type === "done" || step.type === "give-up")
      return { end: step.type, sessions: plan.sessions.length, used, at: now };
    if (step.type === "ask") {
      plan = noteAsked(plan, step.slots, now + LATE_MS);
      used.push(...(plan.sessions.at(-1)?.members.values() ?? []));
      for (const slot of step.slots) answer(slot, plan.sessions.length - 1);
      continue;
    }
    due = due.sort((a, b) => a.at - b.at);
    const [first] = due;
    if (step.until !== undefined && (first === undefined || step.until <= first.at)) now = step.until;
    else if (first === undefined) return { end: "stuck", sessions: plan.sessions.length, used, at: now };
    else {
      now = Math.max(now, first.at);
      due = due.slice(1);
      plan = first.change(plan);
    }
  }
  throw new Error("expected an end");
};

const behaviour = (...manners: readonly Manner[]): fc.Arbitrary<Behaviour> =>
  fc.record({ manner: fc.constantFrom(...manners), takes: fc.integer({ min: 1, max: 400 }) });

const schedules = fc
  .record({
    behaviours: fc.array(behaviour("honest", "honest", "wrong", "hangs", "away", "restarts"), {
      minLength: 3,
      maxLength: 9,
    }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ behaviours, share }) => ({
    behaviours,
    threshold: 2 + Math.floor(share * (behaviours.length - 2.001)),
  }));

const honestIn = (behaviours: readonly Behaviour[]): number =>
  behaviours.filter(({ manner }) => manner === "honest").length;

const all = (count: number): readonly Behaviour[] =>
  Array.from({ length: count }, (_, i) => ({ manner: "honest", takes: 10 + i }));

describe("holders asked together", () => {
  it("have no handle used twice, in n − k + 1 sessions at most, whoever fails", () => {
    fc.assert(
      fc.property(schedules, ({ behaviours, threshold }) => {
        const { used, sessions } = play(threshold, behaviours);
        expect(new Set(used).size).toBe(used.length);
        expect(sessions).toBeLessThanOrEqual(behaviours.length - threshold + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("sign whenever k of them are honest, and nobody restarts meanwhile", () => {
    fc.assert(
      fc.property(schedules, ({ behaviours, threshold }) => {
        fc.pre(honestIn(behaviours) >= threshold && behaviours.every(({ manner }) => manner !== "restarts"));
        expect(play(threshold, behaviours).end).toBe("done");
      }),
      { numRuns: 2_000 },
    );
  });

  it("are k only while all goes well, the fastest of them", () => {
    const { end, sessions, used, at } = play(2, all(3));
    expect({ end, sessions, at }).toEqual({ end: "done", sessions: 1, at: expect.any(Number) });
    expect(used.map((name) => name.split("/")[0])).toEqual(["1", "2"]);
    expect(at).toBeLessThan(LATE_MS);
  });

  it("lose no time to one that fails, and a while to one that hangs", () => {
    const [one, two, three] = all(3);
    if (one === undefined || two === undefined || three === undefined) throw new RangeError("expected three");
    const failing = play(2, [{ ...one, manner: "wrong" }, two, three]);
    expect(failing).toMatchObject({ end: "done", sessions: 2 });
    expect(failing.at).toBeLessThan(LATE_MS);
    const hanging = play(2, [{ ...one, manner: "hangs" }, two, three]);
    expect(hanging).toMatchObject({ end: "done", sessions: 2 });
    expect(hanging.at).toBeGreaterThanOrEqual(LATE_MS);
    expect(hanging.at).toBeLessThan(2 * LATE_MS);
  });

  it("are given up at once where fewer than k are left", () => {
    const behaviours = all(3).map((one, i): Behaviour => (i === 0 ? one : { ...one, manner: "away" }));
    expect(play(2, behaviours)).toMatchObject({ end: "give-up", sessions: 0 });
  });

  it("aren't asked again once they are out, though an answer of theirs comes later", () => {
    const ready = [1, 2, 3].reduce((plan, slot) => noteReady(plan, slot, `${slot}`), beginPlan<string>(2, [1, 2, 3]));
    const asked = noteAsked(ready, [1, 2], 100);
    expect(lateSlots(asked, 99)).toEqual([]);
    expect(lateSlots(asked, 100)).toEqual([1, 2]);
    const out = noteReady(noteAnswered(noteOut(asked, 2), 0, 2), 2, "again");
    expect(out.slots.get(2)).toEqual({ type: "out" });
    expect(nextStep(out, () => 0, 0)).toEqual({ type: "wait", until: undefined });
    expect(nextStep(noteReady(noteAnswered(out, 0, 1), 1, "1b"), () => 0, 0)).toEqual({ type: "ask", slots: [1, 3] });
  });
});
