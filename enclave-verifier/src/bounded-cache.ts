/** Gives what is known under a key, or makes it and remembers it. What throws isn't remembered. */
export type Cache<T> = (key: string, make: () => T) => T;

/** Creates a cache that forgets the oldest: hostile keys cost time, not memory. */
export const createCache = <T>(limit: number): Cache<T> => {
  const known = new Map<string, T>();
  return (key, make) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make();
    if (known.size >= limit) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(key, made);
    return made;
  };
};
