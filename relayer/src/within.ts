/**
 * Gives what it gives, or `late` if that takes longer. It is for people who can't wait as long as a
 * lost connection is waited for.
 */
export const within = <T, L>(ms: number, answer: Promise<T>, late: L): Promise<T | L> =>
  Promise.race([answer, new Promise<L>((resolve) => setTimeout(() => resolve(late), ms).unref())]);
