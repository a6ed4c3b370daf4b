/** What isn't tried for a while: another attempt may find another answer, and others go first until then. */
export interface Deferrals<K> {
  readonly usualMs: number;
  /** Until when each is deferred, ms since 1970; those of the past among them. */
  readonly until: ReadonlyMap<K, number>;
  /** @param times as long as usual, from now on */
  readonly defer: (key: K, times?: number) => void;
  readonly isDeferred: (key: K) => boolean;
}

/** @param usualMs how long usually; @param now ms since 1970 */
export const createDeferrals = <K>(usualMs: number, now: () => number = Date.now): Deferrals<K> => {
  const until = new Map<K, number>();
  return {
    usualMs,
    until,
    defer: (key, times = 1) => {
      until.set(key, now() + times * usualMs);
    },
    isDeferred: (key) => (until.get(key) ?? 0) > now(),
  };
};
