import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";

/** Decisions on their way into a batch. */
export interface TakingUp<T> {
  /** Those that may be taken up together, without the ones refused. Asked again after each that is. */
  readonly ready: () => Promise<readonly T[]>;
  /** Throws a PdiemError where the rules don't take them up together, in this order. */
  readonly settle: (some: readonly T[]) => void;
  /** Told of the one that is at fault; from then on it isn't among those ready. */
  readonly refuse: (one: T, error: PdiemError) => Promise<void>;
}

interface Refused<T> {
  /** Undefined where not even an empty batch is taken up. */
  readonly one: T | undefined;
  readonly error: PdiemError;
}

/** The first that can't follow those before it. */
const firstRefused = <T>(all: readonly T[], settle: TakingUp<T>["settle"]): Refused<T> | undefined => {
  for (let count = Math.min(1, all.length); count <= all.length; count++) {
    try {
      settle(all.slice(0, count));
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      return { one: all[count - 1], error };
    }
  }
  return undefined;
};

/** At once: as many as there are on their way at most. */
const MOST_REFUSED = 64;

/** What a batch takes up: whatever is refused holds none of the others up. Undefined where there is nothing. */
export const takeUp = async <T>({ ready, settle, refuse }: TakingUp<T>): Promise<readonly T[] | undefined> => {
  for (let left = MOST_REFUSED; left > 0; left--) {
    const all = await ready();
    const refused = firstRefused(all, settle);
    if (refused === undefined) return all;
    if (refused.one === undefined) return undefined;
    await refuse(refused.one, refused.error);
  }
  return undefined;
};
