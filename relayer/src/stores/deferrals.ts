import { monotonicNow } from "../clock.js";
/**
 * What isn't tried for a while: another attempt may find another answer, and others go first until
 * then.
 */
export interface Deferrals<K> {
  readonly usualMs: number;
  /**
   * Until when each is deferred, by `monotonicNow`; those of the past among them. Of too many the
   * oldest are forgotten.
   */
  readonly until: ReadonlyMap<K, number>;
  /** @param times as long as usual, from now on */
  readonly defer: (key: K, times?: number) => void;
  /** Has it tried at the next chance. */
  readonly forget: (key: K) => void;
  readonly isDeferred: (key: K) => boolean;
}

/**
 * More than there are open deposits held at a time. Whatever is forgotten may be tried once more,
 * too early.
 */
const MOST = 30_000;

/** @param usualMs how long usually; @param now milliseconds, for tests */
export const createDeferrals = <K>(usualMs: number, now: () => number = monotonicNow, most = MOST): Deferrals<K> => {
  const until = new Map<K, number>();
  return {
    usualMs,
    until,
    defer: (key, times = 1) => {
      // Deleted first: a map keeps the order in which its keys came.
      until.delete(key);
      until.set(key, now() + times * usualMs);
      const [oldest] = until.keys();
      if (until.size > most && oldest !== undefined) until.delete(oldest);
    },
    forget: (key) => void until.delete(key),
    isDeferred: (key) => (until.get(key) ?? 0) > now(),
  };
};
