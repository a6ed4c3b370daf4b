/** What one benchmark gives: a figure for each name, in ms. */
export interface Benchmark {
  readonly name: string;
  /** Does what belongs to no figure before each run. */
  readonly prepare?: () => void;
  /** Runs the work once; on several threads, what it returns says when it is done. */
  readonly run: () => void | Promise<void>;
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

const onceWhole = async (work: Benchmark["run"]): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

export const medianOf = (times: readonly number[]): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

/** @param share from 0 to 1 @param rising values in their order */
export const percentile = (rising: readonly number[], share: number): number =>
  rising[Math.min(rising.length - 1, Math.ceil(rising.length * share) - 1)] ?? Number.NaN;

/**
 * Medians of at least three runs after one to warm up, and of as many as fit into `budget` ms. Work
 * and floor take turns, so that what else the machine does concerns both alike.
 */
export const measure = async (
  { name, prepare, run, each = 1, floor }: Benchmark,
  budget: number,
): Promise<Measured> => {
  prepare?.();
  const first = await onceWhole(run);
  floor?.();
  const runs = Math.min(101, Math.max(3, Math.floor(budget / first)));
  const times: number[] = [];
  const floors: number[] = [];
  for (let i = 0; i < runs; i++) {
    prepare?.();
    times.push(await onceWhole(run));
    if (floor !== undefined) floors.push(once(floor));
  }
  return { name, each, median: medianOf(times), floor: floor === undefined ? undefined : medianOf(floors) };
};
