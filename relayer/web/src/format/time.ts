/** Spans of time in a person's words. */

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** Writes a span by its two largest units: `2 h 5 min`. */
export const formatSpan = (ms: number): string => {
  if (ms < 1_000) return ms < 0 ? "0 s" : `${Math.round(ms)} ms`;
  const first = UNITS.findIndex(([, length]) => ms >= length);
  const [[unit, length] = ["s", 1_000] as const, next] = UNITS.slice(first);
  if (unit === "s") return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const whole = Math.floor(ms / length);
  const rest = next === undefined ? 0 : Math.floor((ms % length) / next[1]);
  return rest === 0 || next === undefined ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${next[0]}`;
};

/** Writes a time of day, with the date where it isn't today. */
export const formatTime = (ms: number, now: number = Date.now()): string => {
  const date = new Date(ms);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? date.toLocaleTimeString() : date.toLocaleString();
};
