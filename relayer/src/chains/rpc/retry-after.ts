const LONGEST_SECONDS = 86_400;

/**
 * Reads the header `Retry-After`, seconds or a date. A date is compared with the answer's own, as
 * this machine's clock may be off.
 * @param date the header `Date`
 * @returns milliseconds, a day at most; undefined where it says nothing
 */
export const retryAfterMs = (header: unknown, date: unknown): number | undefined => {
  if (typeof header !== "string") return undefined;
  const text = header.trim();
  const seconds = /^[0-9]+(?:\.[0-9]+)?$/.test(text)
    ? Number(text)
    : (Date.parse(text) - (typeof date === "string" ? Date.parse(date) : Date.now())) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.ceil(1000 * Math.min(LONGEST_SECONDS, Math.max(0, seconds)));
};
