const UNITS = [
  ["d", 86_400n],
  ["h", 3_600n],
  ["min", 60n],
  ["s", 1n],
] as const;

/**
 * Writes a time such as `3 h 12 min`. It has the two largest units, rounded up so that waiting as
 * long is enough.
 * @param ms not negative
 */
export const durationText = (ms: bigint): string => {
  const whole = (ms + 999n) / 1000n;
  const first = UNITS.findIndex(([, length]) => whole >= length);
  const smallest = UNITS[first + 1]?.[1] ?? 1n;
  let rest = first < 0 ? 0n : ((whole + smallest - 1n) / smallest) * smallest;
  const parts = UNITS.flatMap(([name, length]) => {
    const count = rest / length;
    rest %= length;
    return count === 0n ? [] : [`${count} ${name}`];
  });
  return parts.length === 0 ? "0 s" : parts.join(" ");
};
