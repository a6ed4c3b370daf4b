/** Which numbers of an unbounded stream are done, in any order, as the few ranges that aren't. */
import { RefusedError } from "./error.js";
import { MAX_OPEN_RANGES, type Progress, type Range } from "./ledger/ledger.js";

/** True unless `number` has been done. */
export const isOpen = ({ next, open }: Progress, number: bigint): boolean =>
  number >= next || open.some(({ from, to }) => from <= number && number < to);

const without = ({ from, to }: Range, number: bigint): readonly Range[] => {
  if (number < from || number >= to) return [{ from, to }];
  const left = from < number ? [{ from, to: number }] : [];
  const right = number + 1n < to ? [{ from: number + 1n, to }] : [];
  return [...left, ...right];
};

/**
 * The same with `number` done: those skipped on the way to it stay open.
 * @throws RefusedError `refused/already-done`; `refused/open-ranges` when the list would outgrow the ledger
 */
export const close = (progress: Progress, number: bigint): Progress => {
  const { next, open } = progress;
  if (!isOpen(progress, number))
    throw new RefusedError("refused/already-done", `expected a number that isn't done, got ${number}`);
  const ranges = number < next ? open.flatMap((range) => without(range, number)) : open;
  const skipped = number > next ? [{ from: next, to: number }] : [];
  const longer = [...ranges, ...skipped];
  if (longer.length > MAX_OPEN_RANGES)
    throw new RefusedError(
      "refused/open-ranges",
      `expected at most ${MAX_OPEN_RANGES} open ranges, closing ${number} makes ${longer.length}: do lower numbers first`,
      "later",
    );
  return { next: number < next ? next : number + 1n, open: longer };
};

/** How many numbers below `count` are open. */
export const openBelow = ({ next, open }: Progress, count: bigint): bigint => {
  const below = ({ from, to }: Range): bigint => (to < count ? to : count) - from;
  return [...open, { from: next, to: count }].reduce(
    (sum, range) => sum + (range.from < count ? below(range) : 0n),
    0n,
  );
};
