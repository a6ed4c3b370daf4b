/** Asks holders for one set of messages, and notes what becomes of it for the plan. */
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { monotonicNow } from "../clock.js";
import { EnclaveError } from "../error.js";
import { within } from "../within.js";
import type { Changes } from "./changes.js";
import { isHarmless } from "./holder-record.js";
import type { SessionJudge } from "./session-judge.js";
import { noteAgain, noteAnswered, noteOut, noteReady, type Plan } from "./session-plan.js";
import type { SessionShares } from "./session-shares.js";
import type { AskedHolder, Commitments, SigningTask } from "./signing-task.js";
import type { LeftOut } from "./too-few.js";

export interface UnderWay {
  readonly shares: SessionShares;
  readonly judge: SessionJudge;
}

export interface Asking {
  /** Gets a holder's commitments. */
  readonly prepare: (holder: AskedHolder) => void;
  /** @param at the session's number */
  readonly askFor: (holder: AskedHolder, session: UnderWay, at: number) => void;
  /** Says why each that was left out was, by slot. */
  readonly leftOut: () => LeftOut;
  /** Waits until all answers that are there are judged, if nothing is waited for to judge them. */
  readonly judged: () => Promise<void>;
  /** Leaves those out that should have answered long ago, and haven't. */
  readonly leaveLate: (slots: readonly number[], tookMs: number) => void;
  /** Has what comes later change nothing any more. */
  readonly end: () => void;
}

/** Making commitments takes no proofs. */
const COMMIT_MS = 5_000;

const failure = (code: string, message: string): EnclaveError => new EnclaveError(code, message, "backoff");
const slow = (ms: number): EnclaveError => failure("holders/slow", `no answer within ${Math.round(ms)} ms`);
const WRONG_SHARE = failure("holders/wrong-share", "its share doesn't fit what it has committed to");
const BAD_COMMITMENTS = failure("holders/bad-commitments", "it has committed to points that nobody may sign with");

/** Faults that may be another member's, who has committed to what nobody can sign with. */
const MAY_BE_OTHERS = ["refused/session-commitments", WRONG_SHARE.code];

export const askHolders = (task: SigningTask, changes: Pick<Changes<Plan<Commitments>>, "push">): Asking => {
  const { verb, messages, ask, onLeftOut } = task;
  const holders = new Map(task.holders.map((one) => [one.slot, one]));
  const leftOut = new Map(task.away);
  const triedAgain = new Set<number>();
  const asked = new Map<number, Promise<void>>();
  const unjudged = new Set<number>();
  let isOver = false;

  const leaveOut = (slot: number, error: PdiemError, tookMs: number): void => {
    const holder = holders.get(slot);
    leftOut.set(slot, error);
    holder?.record.noteFailure(verb, error, tookMs);
    // What it has committed to is as good as itself.
    if (!isHarmless(error.code)) holder?.pool.drop();
    onLeftOut(slot, error);
    changes.push((plan) => noteOut(plan, slot));
  };

  /** A defect of this program is no holder's fault. */
  const leaveOutFor = (slot: number, error: unknown, began: number): void => {
    if (isPdiemError(error)) leaveOut(slot, error, monotonicNow() - began);
    else
      changes.push(() => {
        throw error;
      });
  };

  const getReady = async ({ slot, pool }: AskedHolder): Promise<void> => {
    const began = monotonicNow();
    try {
      const commitments = await within(COMMIT_MS, pool.take(messages.length), undefined);
      if (commitments === undefined) throw slow(COMMIT_MS);
      if (isOver) pool.giveBack(commitments);
      else changes.push((plan) => noteReady(plan, slot, commitments));
    } catch (error) {
      if (!isOver) leaveOutFor(slot, error, began);
    }
  };
  const prepare = (holder: AskedHolder): void => void getReady(holder);

  const again = (slot: number): void => {
    const holder = holders.get(slot);
    if (holder === undefined || isOver) return;
    changes.push((plan) => noteAgain(plan, slot));
    prepare(holder);
  };

  const fail = async (slot: number, error: unknown, began: number, shares: SessionShares): Promise<void> => {
    const code = isPdiemError(error) ? error.code : "";
    const others = MAY_BE_OTHERS.includes(code) ? await shares.badMembers() : [];
    if (others.length > 0) {
      for (const one of others) if (!leftOut.has(one)) leaveOut(one, BAD_COMMITMENTS, monotonicNow() - began);
      if (!others.includes(slot)) again(slot);
    } else if (code === "refused/handle-unknown" && !triedAgain.has(slot)) {
      triedAgain.add(slot);
      holders.get(slot)?.pool.drop();
      again(slot);
    } else leaveOutFor(slot, error, began);
  };

  /** Whose session is done with it isn't asked for more. */
  const prepareNext = (holder: AskedHolder): void =>
    void setImmediate(() => {
      if (!isOver) prepare(holder);
    });

  const getShares = async (holder: AskedHolder, { shares, judge }: UnderWay, at: number): Promise<void> => {
    const { slot, record } = holder;
    const began = monotonicNow();
    try {
      const answered = await ask(slot, shares.askedOf(slot));
      const tookMs = monotonicNow() - began;
      if (isOver) return;
      unjudged.add(slot);
      if (!(await judge.isGood(slot, answered))) throw WRONG_SHARE;
      record.noteShare(verb, tookMs);
      changes.push((plan) => noteAnswered(plan, at, slot));
      prepareNext(holder);
    } catch (error) {
      await fail(slot, error, began, shares);
    } finally {
      unjudged.delete(slot);
    }
  };

  return {
    prepare,
    askFor: (holder, session, at) => void asked.set(holder.slot, getShares(holder, session, at)),
    leftOut: () => leftOut,
    judged: async () => void (await Promise.all([...unjudged].map((slot) => asked.get(slot)))),
    leaveLate: (slots, tookMs) => {
      for (const slot of slots) if (!unjudged.has(slot)) leaveOut(slot, slow(tookMs), tookMs);
    },
    end: () => {
      isOver = true;
    },
  };
};
