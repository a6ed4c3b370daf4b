import type { EventKey } from "@pdiem/light-client/diem/state/event";

/** Events `from` to before `to` of a stream. */
export interface EventRange {
  readonly key: EventKey;
  readonly from: bigint;
  readonly to: bigint;
  /** Numbers that are wanted: others only lie between. */
  readonly numbers: readonly bigint[];
}

/** Nodes give at most so many events at once. */
const PAGE = 1000n;

/**
 * A range is asked for with gaps up to so long. A few events too many cost less than another range.
 */
const GAP = 16n;

/** Makes few ranges that cover the numbers. @param numbers sorted */
export const rangesOf = (key: EventKey, numbers: readonly bigint[]): readonly EventRange[] => {
  const groups: bigint[][] = [];
  for (const number of numbers) {
    const group = groups.at(-1);
    const [first = 0n, last = 0n] = [group?.[0], group?.at(-1)];
    if (group !== undefined && number - last <= GAP + 1n && number - first < PAGE) group.push(number);
    else groups.push([number]);
  }
  return groups.map((group) => ({ key, from: group[0] ?? 0n, to: (group.at(-1) ?? 0n) + 1n, numbers: group }));
};

/** The nearest of the numbers in a direction, where one range covers both. */
const nearest = (numbers: ReadonlySet<bigint>, number: bigint, step: 1n | -1n): bigint | undefined => {
  for (let distance = 1n; distance <= GAP + 1n; distance++)
    if (numbers.has(number + step * distance)) return number + step * distance;
  return undefined;
};

const rangesMore = (numbers: ReadonlySet<bigint>, number: bigint): number => {
  const before = nearest(numbers, number, -1n);
  const after = nearest(numbers, number, 1n);
  if (before === undefined || after === undefined) return before === undefined && after === undefined ? 1 : 0;
  return after - before - 1n <= GAP ? 0 : -1;
};

/**
 * Leaves the numbers that so many ranges cover. They go one after the other as given, unless it
 * needs a range too many.
 * @param most ranges
 */
export const fitRanges = (numbers: readonly bigint[], most: number): readonly bigint[] => {
  const chosen = new Set<bigint>();
  let ranges = 0;
  for (const number of numbers) {
    const more = chosen.has(number) ? 0 : rangesMore(chosen, number);
    if (ranges + more > most) continue;
    ranges += more;
    chosen.add(number);
  }
  return [...chosen];
};
