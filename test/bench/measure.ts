/** What one benchmark gives: a figure for each name, in ms. */
export interface Benchmark {
  readonly name: string;
  /** Runs the work once. */
  readonly run: () => void;
  /** How many of the things named were done in one run, where a figure each says more. */
  readonly each?: number;
  /** The least work that any implementation must do, such as bare signature checks. */
  readonly floor?: () => void;
}

export interface Measured {
  readonly name: string;
  readonly each: number;
  readonly median: number;
  readonly floor: number | undefined;
}

/** How many milliseconds the work takes, done once. */
export const once = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

export const medianOf = (times: readonly number[]): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

/** Median of at least three runs after one to warm up, and of as many as fit into `budget` ms. */
export const timed = (work: () => void, budget: number): number => {
  const first = once(work);
  const runs = Math.min(101, Math.max(3, Math.floor(budget / first)));
  return medianOf(Array.from({ length: runs }, () => once(work)));
};

export const measure = ({ name, run, each = 1, floor }: Benchmark, budget: number): Measured => ({
  name,
  each,
  median: timed(run, budget),
  floor: floor === undefined ? undefined : timed(floor, budget),
});
