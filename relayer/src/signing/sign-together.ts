/** Several holders sign (PROTOCOL 7a): they are asked, and their shares added up and judged. */
import { monotonicNow } from "../clock.js";
import { askHolders, type UnderWay } from "./asking.js";
import { createChanges } from "./changes.js";
import { createSessionJudge } from "./session-judge.js";
import { beginPlan, lateSlots, nextStep, noteAsked, noteOut, type Plan } from "./session-plan.js";
import { sessionShares } from "./session-shares.js";
import type { Commitments, SigningTask } from "./signing-task.js";
import { tooFew } from "./too-few.js";

/** Before anything is known of how long answers take. */
const USUAL_MS = 1_000;
const LATE_TIMES = 3;

/**
 * Has `threshold` holders sign all messages.
 * @returns signatures in their order, 64 bytes each, valid by Diem's strict rule
 * @throws EnclaveError `holders/too-few`, or what all holders refuse it for
 */
export const signTogether = async (task: SigningTask): Promise<readonly Uint8Array[]> => {
  const { verb, threshold, publicPackage, messages, away, patience } = task;
  const holders = new Map(task.holders.map((one) => [one.slot, one]));
  const sessions: UnderWay[] = [];
  const changes = createChanges<Plan<Commitments>>();
  const asking = askHolders(task, changes);
  const began = monotonicNow();

  const rank = (slot: number): number => holders.get(slot)?.record.rank(verb) ?? 0;

  const lateMs = (slots: readonly number[]): number => {
    const usual = slots.map((slot) => holders.get(slot)?.record.usualMs(verb) ?? USUAL_MS);
    return Math.min(patience.most, Math.max(patience.least, LATE_TIMES * Math.max(...usual)));
  };

  const start = (plan: Plan<Commitments>, slots: readonly number[]): Plan<Commitments> => {
    const asked = noteAsked(plan, slots, monotonicNow() + lateMs(slots));
    const members = asked.sessions.at(-1)?.members ?? new Map<number, Commitments>();
    const shares = sessionShares(publicPackage, messages, members);
    const session = { shares, judge: createSessionJudge(shares) };
    sessions.push(session);
    for (const slot of members.keys()) {
      const holder = holders.get(slot);
      if (holder !== undefined) asking.askFor(holder, session, sessions.length - 1);
    }
    return asked;
  };

  /** Who has answered can be asked with others then. */
  const judgeUnfinished = ({ sessions: planned }: Plan<Commitments>): void => {
    const now = monotonicNow();
    for (const [i, { isBroken, lateAt }] of planned.entries())
      if (isBroken || lateAt <= now) sessions[i]?.judge.judgeEach();
  };

  /** What nobody was shown is good for another signature; who hasn't answered still is slow. */
  const end = (plan: Plan<Commitments>): void => {
    asking.end();
    const now = monotonicNow();
    for (const [slot, state] of plan.slots)
      if (state.type === "ready") holders.get(slot)?.pool.giveBack(state.commitments);
    asking.leaveLate(lateSlots(plan, now), now - began);
  };

  let plan = [...away.keys()].reduce<Plan<Commitments>>(
    noteOut,
    beginPlan(threshold, [...holders.keys(), ...away.keys()]),
  );
  for (const holder of holders.values()) asking.prepare(holder);
  try {
    for (;;) {
      judgeUnfinished(plan);
      const step = nextStep(plan, rank, monotonicNow());
      if (step.type === "give-up") {
        await asking.judged();
        throw tooFew(threshold, publicPackage.slots.length, asking.leftOut());
      }
      if (step.type === "done") return (await sessions[step.session]?.judge.signatures()) ?? [];
      if (step.type === "ask") plan = start(plan, step.slots);
      else plan = await changes.apply(plan, step.until === undefined ? undefined : step.until - monotonicNow());
    }
  } finally {
    end(plan);
  }
};
