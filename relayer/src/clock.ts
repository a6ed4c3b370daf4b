/**
 * Tells milliseconds since the process began. They only go forward, whatever becomes of the
 * machine's clock: all waiting goes by them.
 */
export const monotonicNow = (): number => performance.now();

/** Tells when a moment of `monotonicNow` was, ms since 1970 by this machine's clock. */
export const timeOfDay = (moment: number): number => Math.round(Date.now() - (monotonicNow() - moment));

/** Tells what `monotonicNow` was, or would have been, at a time of day, ms since 1970. */
export const momentOf = (time: number): number => monotonicNow() - (Date.now() - time);
