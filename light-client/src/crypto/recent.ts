/** What was used of late, by name. */
export interface Recent<T> {
  readonly get: (name: string) => T | undefined;
  readonly set: (name: string, value: T) => void;
}

/**
 * Keeps at least the latest `least` entries, and at most twice as many. The older ones go all at
 * once. Taking the oldest out of a Map means going past all that were taken out before it.
 */
export const createRecent = <T>(least: number): Recent<T> => {
  let recent = new Map<string, T>();
  let older: ReadonlyMap<string, T> = recent;
  const set = (name: string, value: T): void => {
    if (recent.size >= least) {
      older = recent;
      recent = new Map();
    }
    recent.set(name, value);
  };
  return {
    get: (name) => {
      const value = recent.get(name);
      if (value !== undefined) return value;
      const found = older.get(name);
      if (found !== undefined) set(name, found);
      return found;
    },
    set,
  };
};
