/** Several holders sign (PROTOCOL 7a): they are asked, and their shares added up. */
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import type { Session } from "@pdiem/bridge/holders/session";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { monotonicNow } from "../clock.js";
import { EnclaveError } from "../error.js";
import { within } from "../within.js";
import { createChanges } from "./changes.js";
import type { CommitmentPool } from "./commitment-pool.js";
import type { HolderRecord } from "./holder-record.js";
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
import { type SessionShares, sessionShares } from "./session-shares.js";
import { type LeftOut, tooFew } from "./too-few.js";

/** A holder that can be asked. */
export interface AskedHolder {
  readonly slot: number;
  readonly pool: CommitmentPool;
  readonly record: HolderRecord;
}

export interface SigningTask {
  /** What is asked for: answers to it take alike long. */
  readonly verb: string;
  readonly threshold: number;
  readonly publicPackage: PublicPackage;
  readonly messages: readonly Uint8Array[];
  readonly holders: readonly AskedHolder[];
  /** Slots that can't be asked, and why. */
  readonly away: LeftOut;
  /** Asks a holder with a session for each message, and gives its shares in their order. */
  readonly ask: (slot: number, sessions: readonly Session[]) => Promise<readonly (Uint8Array | undefined)[]>;
  /** Told of each that is left out. */
  readonly onLeftOut: (slot: number, error: PdiemError) => void;
}

type Commitments = readonly HandleCommitments[];

/** Making commitments takes no proofs. */
const COMMIT_MS = 5_000;
/** Before anything is known of how long answers take. */
const USUAL_MS = 1_000;
const SOONEST_LATE_MS = 400;
const LATEST_LATE_MS = 5_000;
const LATE_TIMES = 3;

const failure = (code: string, message: string): EnclaveError => new EnclaveError(code, message, "backoff");
const slow = (ms: number): EnclaveError => failure("holders/slow", `no answer within ${Math.round(ms)} ms`);
const WRONG_SHARE = failure("holders/wrong-share", "its share doesn't fit what it has committed to");
const BAD_COMMITMENTS = failure("holders/bad-commitments", "it has committed to points that nobody may sign with");

/** Faults that may be another member's, who has committed to what nobody can sign with. */
const MAY_BE_OTHERS = ["refused/session-commitments", WRONG_SHARE.code];

/**
 * Has `threshold` holders sign all messages.
 * @returns signatures in their order, 64 bytes each, valid by Diem's strict rule
 * @throws EnclaveError `holders/too-few`, or what all holders refuse it for
 */
export const signTogether = async (task: SigningTask): Promise<readonly Uint8Array[]> => {
  const { verb, threshold, publicPackage, messages, away, ask, onLeftOut } = task;
  const holders = new Map(task.holders.map((one) => [one.slot, one]));
  const leftOut = new Map(away);
  const sessions: { readonly shares: SessionShares; readonly given: Map<number, readonly Uint8Array[]> }[] = [];
  const triedAgain = new Set<number>();
  const changes = createChanges<Plan<Commitments>>();
  let isOver = false;

  const rank = (slot: number): number => holders.get(slot)?.record.rank(verb) ?? 0;

  const leaveOut = (slot: number, error: PdiemError, began: number): void => {
    leftOut.set(slot, error);
    holders.get(slot)?.record.noteFailure(verb, error, monotonicNow() - began);
    onLeftOut(slot, error);
    changes.push((plan) => noteOut(plan, slot));
  };

  /** A defect of this program is no holder's fault. */
  const leaveOutFor = (slot: number, error: unknown, began: number): void => {
    if (isPdiemError(error)) leaveOut(slot, error, began);
    else
      changes.push(() => {
        throw error;
      });
  };

  const prepare = async ({ slot, pool }: AskedHolder): Promise<void> => {
    const began = monotonicNow();
    try {
      const taken = pool.take(messages.length);
      const commitments = await within(COMMIT_MS, taken, undefined);
      if (commitments === undefined) throw slow(COMMIT_MS);
      if (isOver) pool.giveBack(commitments);
      else changes.push((plan) => noteReady(plan, slot, commitments));
    } catch (error) {
      leaveOutFor(slot, error, began);
    }
  };

  const again = (slot: number): void => {
    const holder = holders.get(slot);
    if (holder === undefined || isOver) return;
    changes.push((plan) => noteAgain(plan, slot));
    void prepare(holder);
  };

  const failed = (slot: number, error: unknown, began: number, shares: SessionShares): void => {
    const code = isPdiemError(error) ? error.code : "";
    const others = MAY_BE_OTHERS.includes(code) ? shares.badMembers() : [];
    if (others.length > 0) {
      for (const one of others) if (!leftOut.has(one)) leaveOut(one, BAD_COMMITMENTS, began);
      if (!others.includes(slot)) again(slot);
    } else if (code === "refused/handle-unknown" && !triedAgain.has(slot)) {
      triedAgain.add(slot);
      holders.get(slot)?.pool.drop();
      again(slot);
    } else leaveOutFor(slot, error, began);
  };

  const askOne = async (holder: AskedHolder, session: number): Promise<void> => {
    const { slot, record } = holder;
    const at = sessions[session];
    if (at === undefined) return;
    const began = monotonicNow();
    try {
      const answered = await ask(slot, at.shares.askedOf(slot));
      const tookMs = monotonicNow() - began;
      if (isOver) return;
      if (!(await at.shares.areGood(slot, answered))) throw WRONG_SHARE;
      record.noteShare(verb, tookMs);
      at.given.set(
        slot,
        answered.flatMap((share) => share ?? []),
      );
      changes.push((plan) => noteAnswered(plan, session, slot));
      void prepare(holder);
    } catch (error) {
      failed(slot, error, began, at.shares);
    }
  };

  const lateMs = (slots: readonly number[]): number => {
    const usual = slots.map((slot) => holders.get(slot)?.record.usualMs(verb) ?? USUAL_MS);
    return Math.min(LATEST_LATE_MS, Math.max(SOONEST_LATE_MS, LATE_TIMES * Math.max(...usual)));
  };

  const start = (plan: Plan<Commitments>, slots: readonly number[]): Plan<Commitments> => {
    const asked = noteAsked(plan, slots, monotonicNow() + lateMs(slots));
    const members = asked.sessions.at(-1)?.members ?? new Map<number, Commitments>();
    sessions.push({ shares: sessionShares(publicPackage, messages, members), given: new Map() });
    for (const slot of members.keys()) {
      const holder = holders.get(slot);
      if (holder !== undefined) void askOne(holder, sessions.length - 1);
    }
    return asked;
  };

  /** What nobody was shown is good for another signature; who still hasn't answered is slow. */
  const end = (plan: Plan<Commitments>, began: number): void => {
    isOver = true;
    for (const [slot, state] of plan.slots)
      if (state.type === "ready") holders.get(slot)?.pool.giveBack(state.commitments);
    const now = monotonicNow();
    for (const slot of lateSlots(plan, now)) {
      holders.get(slot)?.record.noteFailure(verb, slow(now - began), now - began);
      onLeftOut(slot, slow(now - began));
    }
  };

  const run = async (began: number): Promise<readonly Uint8Array[]> => {
    let plan = [...away.keys()].reduce<Plan<Commitments>>(
      noteOut,
      beginPlan(threshold, [...holders.keys(), ...away.keys()]),
    );
    for (const holder of holders.values()) void prepare(holder);
    try {
      for (;;) {
        const step = nextStep(plan, rank, monotonicNow());
        if (step.type === "give-up") throw tooFew(threshold, publicPackage.slots.length, leftOut);
        if (step.type === "done") {
          const done = sessions[step.session];
          return (await done?.shares.addUp(done.given)) ?? [];
        }
        if (step.type === "ask") plan = start(plan, step.slots);
        else plan = await changes.apply(plan, step.until === undefined ? undefined : step.until - monotonicNow());
      }
    } finally {
      end(plan, began);
    }
  };
  return run(monotonicNow());
};
