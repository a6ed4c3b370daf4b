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

const once = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

/** Median of at least three runs after one to warm up, and of as many as fit into `budget` ms. */
const median = (work: () => void, budget: number): number => {
  const times: number[] = [];
  const first = once(work);
  const runs = Math.min(101, Math.max(3, Math.floor(budget / first)));
  for (let i = 0; i < runs; i++) times.push(once(work));
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
};

export const measure = ({ name, run, each = 1, floor }: Benchmark, budget: number): Measured => ({
  name,
  each,
  median: median(run, budget),
  floor: floor === undefined ? undefined : median(floor, budget),
});
