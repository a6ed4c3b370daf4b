/** Changes that come from several sides, made one after the other. */
export interface Changes<T> {
  readonly push: (change: (state: T) => T) => void;
  /**
   * Waits for the next change, and makes it.
   * @param ms how long at most; undefined for as long as it takes
   * @returns the same state where none has come
   * @throws what the change throws
   */
  readonly apply: (state: T, ms: number | undefined) => Promise<T>;
}

/** Timers can't be set for longer. */
const LONGEST_MS = 2_147_483_647;

export const createChanges = <T>(): Changes<T> => {
  const waiting: ((state: T) => T)[] = [];
  let wake: () => void = () => undefined;
  return {
    push: (change) => {
      waiting.push(change);
      wake();
    },
    apply: async (state, ms) => {
      if (waiting.length === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms ?? LONGEST_MS, LONGEST_MS));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      return waiting.shift()?.(state) ?? state;
    },
  };
};
