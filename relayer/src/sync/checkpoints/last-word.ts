/** What an enclave said last, where answers may come late. */
export interface LastWord<T> {
  /** Undefined before it was asked. */
  readonly get: () => T | undefined;
  /** Notes what is so now. */
  readonly set: (word: T) => void;
  /** Asks, and notes the answer. One that was asked for before a later `set` isn't so any more. */
  readonly ask: (question: () => Promise<T>) => Promise<void>;
}

export const createLastWord = <T>(): LastWord<T> => {
  let last: T | undefined;
  let sets = 0;
  return {
    get: () => last,
    set: (word) => {
      last = word;
      sets += 1;
    },
    ask: async (question) => {
      const before = sets;
      const word = await question();
      if (sets === before) last = word;
    },
  };
};
