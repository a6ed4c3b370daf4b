/**
 * Notes since when each of what is there now is there: what was there before keeps its time.
 * @param at of what is new
 */
export const noteSince = <K>(
  before: ReadonlyMap<K, number> | undefined,
  there: readonly K[],
  at: number,
): ReadonlyMap<K, number> => new Map(there.map((one) => [one, before?.get(one) ?? at]));

/** Tells for how long what is there longest is there, in seconds; 0 where nothing is. */
export const longest = (since: ReadonlyMap<unknown, number> | undefined, now: number): number =>
  [...(since?.values() ?? [])].reduce((most, at) => Math.max(most, (now - at) / 1000), 0);
