/** Whether a node is asked, or was left for a while and why: state, and what follows from it. */
import type { PdiemError } from "@pdiem/light-client/error";

/** Why a node was left. */
export interface Fault {
  /** The error's stable code, such as `rpc/timeout`. */
  readonly code: string;
  readonly reason: string;
  /** How long the node itself asked to be left alone; undefined where it didn't. */
  readonly waitMs?: number | undefined;
}

/** Times are those of `monotonicNow`. */
export type Standing =
  | { readonly type: "sound" }
  | {
      readonly type: "left";
      readonly fault: Fault;
      /** When it was first left, of all times since it was sound. */
      readonly since: number;
      /** When it is tried again. */
      readonly until: number;
      /** How often it was left since it was sound. */
      readonly times: number;
    };

export const SOUND: Standing = { type: "sound" };

const FIRST_REST_MS = 1_000;
/** Times as long as the first. */
const LONGEST_REST = 64;
/** A node that asks for more is tried again all the same. */
const LONGEST_WAIT_MS = 600_000;
const SHOWN = 300;

/** Describes an error as a node's fault. */
export const faultOf = (error: PdiemError): Fault => ({
  code: error.code,
  reason: error.message,
  ...("waitMs" in error && typeof error.waitMs === "number" ? { waitMs: error.waitMs } : {}),
});

/**
 * Leaves a node, twice as long each time it isn't sound when tried again. It may ask for another
 * time.
 * @param leastMs how long the first time
 */
export const left = (before: Standing, fault: Fault, now: number, leastMs = FIRST_REST_MS): Standing => {
  const times = before.type === "left" ? before.times + 1 : 1;
  const rest = leastMs * Math.min(LONGEST_REST, 2 ** Math.min(times - 1, 16));
  const wait = Math.min(LONGEST_WAIT_MS, fault.waitMs ?? 0);
  return {
    type: "left",
    fault: { ...fault, reason: fault.reason.slice(0, SHOWN) },
    since: before.type === "left" ? before.since : now,
    until: now + Math.max(rest, wait),
    times,
  };
};

/** Tells whether a node rests: others go first. */
export const isResting = (standing: Standing, now: number): boolean => standing.type === "left" && standing.until > now;

/** Tells for how long a node has asked not to be asked at all; 0 where it may be. */
export const mustWaitMs = (standing: Standing, now: number): number =>
  standing.type === "left" && standing.fault.waitMs !== undefined ? Math.max(0, standing.until - now) : 0;
