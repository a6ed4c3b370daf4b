export interface Repeating {
  /** Does the work now, or once more after what is being done, instead of at the next time. */
  readonly wake: () => void;
  /** Resolves once nothing is being done any more. */
  readonly stop: () => Promise<void>;
}

/**
 * Does the work at once, then again and again.
 * @param onError told of whatever `work` throws: the next time is another try
 */
export const startRepeating = (
  work: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): Repeating => {
  let stopped = false;
  let wake: () => void = () => undefined;

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!stopped) {
      const resting = rest();
      try {
        await work();
      } catch (error) {
        onError(error);
      }
      if (stopped) wake();
      await resting;
    }
  };
  const running = run();

  return {
    wake: () => wake(),
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
};
