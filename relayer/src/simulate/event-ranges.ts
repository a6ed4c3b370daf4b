import type { EventKey } from "@pdiem/light-client/diem/state/event";
import type { EventRange } from "./diem-proofs.js";

/** Nodes give at most so many events at once. */
const PAGE = 1000n;

/** The fewest ranges that cover the numbers, which are sorted, and nothing else. */
export const rangesOf = (key: EventKey, numbers: readonly bigint[]): readonly EventRange[] => {
  const ranges: EventRange[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === number && number - last.from < PAGE)
      ranges[ranges.length - 1] = { ...last, to: number + 1n };
    else ranges.push({ key, from: number, to: number + 1n });
  }
  return ranges;
};
