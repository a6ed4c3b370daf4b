/** What isn't tried for a while: another attempt may find another answer, and others go first until then. */
export interface Deferrals<K> {
  /** Until when each is deferred, ms since 1970; those of the past among them. */
  readonly until: ReadonlyMap<K, number>;
  /** @param ms from now on */
  readonly defer: (key: K, ms: number) => void;
  readonly isDeferred: (key: K) => boolean;
}

/** @param now ms since 1970 */
export const createDeferrals = <K>(now: () => number = Date.now): Deferrals<K> => {
  const until = new Map<K, number>();
  return {
    until,
    defer: (key, ms) => {
      until.set(key, now() + ms);
    },
    isDeferred: (key) => (until.get(key) ?? 0) > now(),
  };
};
