const PAUSES_MS = [0, 50, 150, 300] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks one URL again, a few times, while its answer is one of a node that is behind: several may be
 * behind it, and the next answer come from another, as Diem's guide for clients has it.
 * @param ask with `isAnew` from the second time on: to be sent by a connection of its own
 * @returns the first answer that isn't behind, or else the last
 */
export const askAgain = async <T>(
  ask: (isAnew: boolean) => Promise<T>,
  isBehind: (answer: T) => boolean,
): Promise<T> => {
  let answer = await ask(false);
  for (const ms of PAUSES_MS) {
    if (!isBehind(answer)) break;
    if (ms > 0) await pause(ms);
    answer = await ask(true);
  }
  return answer;
};
