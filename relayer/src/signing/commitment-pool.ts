/**
 * What a holder has committed to ahead, so that a signature takes one round trip (PROTOCOL 7a).
 * Each commitment is given out once; it may be given back only if nothing was signed with it.
 */
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";

export interface CommitmentPool {
  /**
   * Takes so many: those that are there first, the holder is asked for the rest.
   * @throws what asking throws
   */
  readonly take: (count: number) => Promise<readonly HandleCommitments[]>;
  /** Gives back what was shown to nobody. */
  readonly giveBack: (unused: readonly HandleCommitments[]) => void;
  /** Asks ahead, in small parts, until enough are there. @throws what asking throws */
  readonly fill: () => Promise<void>;
  /** Forgets all: the holder's process has ended, and with it what they were good for. */
  readonly drop: () => void;
  readonly size: () => number;
}

/** One request has so many payments at most. */
export const ENOUGH = 64;
/** Making commitments takes the holder time that requests wait for. */
const PART = 8;

/** @param ask asks the holder for so many, and checks what it gives */
export const createCommitmentPool = (
  ask: (count: number) => Promise<readonly HandleCommitments[]>,
  enough: number = ENOUGH,
): CommitmentPool => {
  let stored: readonly HandleCommitments[] = [];
  let lent = new WeakSet<HandleCommitments>();
  let generation = 0;
  let filling: Promise<void> | undefined;

  /** What was asked for before they were dropped is of the process that has ended, too. */
  const askOf = async (count: number): Promise<readonly HandleCommitments[]> => {
    for (;;) {
      const asked = generation;
      const given = await ask(count);
      if (asked === generation) return given;
    }
  };

  const keep = (more: readonly HandleCommitments[]): void => {
    stored = [...stored, ...more].slice(0, enough);
  };

  const fillUp = async (): Promise<void> => {
    while (stored.length < enough) keep(await askOf(Math.min(PART, enough - stored.length)));
  };

  const takeAll = async (count: number): Promise<readonly HandleCommitments[]> => {
    const taken = stored.slice(0, count);
    stored = stored.slice(taken.length);
    if (taken.length === count) return taken;
    const asked = generation;
    const rest = await askOf(count - taken.length);
    return asked === generation ? [...taken, ...rest] : takeAll(count);
  };

  return {
    take: async (count) => {
      const taken = await takeAll(count);
      for (const one of taken) lent.add(one);
      return taken;
    },
    giveBack: (unused) => keep(unused.filter((one) => lent.delete(one))),
    fill: () => {
      filling ??= fillUp().finally(() => {
        filling = undefined;
      });
      return filling;
    },
    drop: () => {
      generation += 1;
      stored = [];
      lent = new WeakSet();
    },
    size: () => stored.length,
  };
};
