/** How much of what could be settled goes into one batch. */
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Settlement } from "@pdiem/bridge/settlement/batch";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import type { Items } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";

export interface FittingBatch {
  readonly items: Items;
  readonly settlement: Settlement;
}

/** Lists that can be shortened: what is left out of them comes into a later batch. */
const LISTS = ["registrations", "admissions", "waiting", "withdrawals", "thaws", "feeClaims", "checkpoints"] as const;

/** Counts what could be left to a later batch. */
export const countOf = (items: Items): number => LISTS.reduce((sum, list) => sum + items[list].length, 0);

/** Keeps a list's beginning: fewer, but one at least. */
const shorten = <T>(list: readonly T[]): readonly T[] => list.slice(0, Math.max(1, Math.floor((list.length * 4) / 5)));

/**
 * Chooses what is tried after a batch that was too large. It takes the beginnings of its lists, so
 * that paths stay right. Once each list has one item at most, those named first are given up first.
 * It is undefined where one item is left in all.
 */
export const fewerItems = (items: Items): Items | undefined => {
  const count = countOf(items);
  if (count <= 1) return undefined;
  const shortened: Items = {
    ...items,
    ...Object.fromEntries(LISTS.map((list) => [list, shorten<unknown>(items[list])])),
  };
  if (countOf(shortened) < count) return shortened;
  const first = LISTS.find((list) => items[list].length > 0);
  return first === undefined ? undefined : { ...items, [first]: [] };
};

/** Tells whether a block has room for a batch of these calls. */
export type Fits = (calls: readonly Call[]) => boolean;

/**
 * Finds the beginning of the items that makes a batch within the limits and the runtime's room. One
 * item is a batch of its own, however large.
 * @throws RefusedError of `settle`, about a batch that can't be mended by leaving items out
 */
export const fitBatch = (bridge: BridgeState, facts: Facts, items: Items, fits: Fits = () => true): FittingBatch => {
  const fewer = fewerItems(items);
  try {
    const settlement = settle(bridge, facts, items, items.checkpoints);
    if (fewer === undefined || fits(settlement.calls)) return { items, settlement };
  } catch (error) {
    if (fewer === undefined || !isPdiemError(error) || error.code !== "refused/batch-too-large") throw error;
  }
  return fitBatch(bridge, facts, fewer, fits);
};
