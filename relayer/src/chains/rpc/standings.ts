import { monotonicNow } from "../../clock.js";
import type { NodeStanding } from "./node-fault.js";
import { type Fault, isResting, left, mustWaitMs, SOUND, type Standing } from "./standing.js";

/** How nodes stand in one respect, such as what becomes of what they are handed. */
export interface Standings {
  /** @returns whether the node was sound before */
  readonly leave: (url: string, fault: Fault) => boolean;
  readonly clear: (url: string) => void;
  readonly of: (url: string) => Standing;
  /**
   * Lists the nodes in the order in which they are turned to. Those that rest come last, and those
   * that want to be left alone not at all. The operator's order decides among equals.
   */
  readonly inOrder: () => readonly string[];
  readonly all: () => readonly NodeStanding[];
}

/**
 * @param urls in the operator's order
 * @param leastMs how long a node is left the first time; twice as long each time after
 */
export const keepStandings = (
  urls: readonly string[],
  leastMs: number,
  now: () => number = monotonicNow,
): Standings => {
  const standings = new Map<string, Standing>();
  const of = (url: string): Standing => standings.get(url) ?? SOUND;
  return {
    leave: (url, fault) => {
      const before = of(url);
      standings.set(url, left(before, fault, now(), leastMs));
      return before.type === "sound";
    },
    clear: (url) => void standings.delete(url),
    of,
    inOrder: () => {
      const at = now();
      const ready = urls.filter((url) => mustWaitMs(of(url), at) === 0);
      return [...ready.filter((url) => !isResting(of(url), at)), ...ready.filter((url) => isResting(of(url), at))];
    },
    all: () => urls.map((url) => ({ url, standing: of(url) })),
  };
};
