/** How a holder has done lately: whom to ask first, and who is to blame. */
import type { PdiemError } from "@pdiem/light-client/error";
import { monotonicNow } from "../clock.js";
import { isRefusal } from "./too-few.js";

/** What people are told of a slot. Times are ms since 1970. */
export interface HolderBlame {
  /** When it last gave a share that was good; undefined before the first. */
  readonly lastShareAt: number | undefined;
  /** How often it was left out of a signature, by code, since this process began. */
  readonly failures: ReadonlyMap<string, number>;
  readonly lastFailure: { readonly code: string; readonly message: string; readonly at: number } | undefined;
}

export interface HolderRecord {
  readonly blame: () => HolderBlame;
  readonly noteShare: (verb: string, tookMs: number) => void;
  readonly noteFailure: (verb: string, error: Pick<PdiemError, "code" | "message">, tookMs: number) => void;
  /** Computes whom to ask first: the lowest. */
  readonly rank: (verb: string) => number;
  /** How long an answer takes, ms, as a moving average; undefined before the first. */
  readonly usualMs: (verb: string) => number | undefined;
}

const WEIGHT = 0.3;
/** Answers that differ by less are as fast as each other: the operator's order decides. */
const ALIKE_MS = 50;
/** Who hasn't signed for so long is asked first: that it can't is to be known before a need. */
const UNTRIED_MS = 600_000;
/** Whoever has failed rests so long, unless there is nobody else to ask. */
const REST_MS = 5_000;
const LONGEST_REST_MS = 600_000;
const RESTING = 1_000_000_000;

/** Refusals that concern one holder, or whoever stands before it. */
const OF_ITSELF = /^refused\/(?:session|measurement-retired|handle)/;

/** Tells what is no word on a holder: whoever asks may be behind, or the bridge has moved on. */
export const isHarmless = (code: string): boolean => isRefusal({ code }) && !OF_ITSELF.test(code);

/** @param now as `monotonicNow`, for tests */
export const createHolderRecord = (now: () => number = monotonicNow): HolderRecord => {
  const failures = new Map<string, number>();
  const usual = new Map<string, number>();
  let lastFailure: HolderBlame["lastFailure"];
  let lastShareAt: number | undefined;
  let triedAt = now();
  let inARow = 0;
  let restsUntil = Number.NEGATIVE_INFINITY;

  const noteTime = (verb: string, tookMs: number): void => {
    const before = usual.get(verb);
    usual.set(verb, before === undefined ? tookMs : before + WEIGHT * (tookMs - before));
  };

  return {
    blame: () => ({ lastShareAt, failures: new Map(failures), lastFailure }),
    noteShare: (verb, tookMs) => {
      noteTime(verb, tookMs);
      lastShareAt = Date.now();
      triedAt = now();
      inARow = 0;
      restsUntil = Number.NEGATIVE_INFINITY;
    },
    noteFailure: (verb, { code, message }, tookMs) => {
      failures.set(code, (failures.get(code) ?? 0) + 1);
      lastFailure = { code, message, at: Date.now() };
      triedAt = now();
      if (isHarmless(code)) return;
      noteTime(verb, Math.max(tookMs, usual.get(verb) ?? 0));
      inARow += 1;
      restsUntil = now() + Math.min(REST_MS * 2 ** (inARow - 1), LONGEST_REST_MS);
    },
    rank: (verb) => {
      if (now() < restsUntil) return RESTING + restsUntil;
      if (now() - triedAt > UNTRIED_MS) return -1;
      return Math.round((usual.get(verb) ?? 0) / ALIKE_MS);
    },
    usualMs: (verb) => usual.get(verb),
  };
};
