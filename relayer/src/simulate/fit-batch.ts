/** How much of what could be settled goes into one batch. */
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Items } from "@pdiem/bridge/settlement/items";
import { type Bridge, type Settlement, settle } from "@pdiem/bridge/settlement/settle";
import { isPdiemError } from "@pdiem/light-client/error";
import type { TrialItems } from "./simulate-items.js";

export interface FittingBatch {
  readonly items: Items;
  readonly settlement: Settlement;
}

const first = <T>(items: readonly T[], count: number): readonly T[] => items.slice(0, count);

const fourFifths = (count: number): number => Math.floor((count * 4) / 5);

/**
 * What is tried after a batch that was too large: always fewer items, never none. Fee claims go last, as they are the
 * smallest; undefined where one item alone is left.
 */
export const fewerItems = (items: TrialItems): TrialItems | undefined => {
  const { deposits, withdrawals, registrations, feeClaims } = items;
  const others = deposits.length + withdrawals.length + registrations.length;
  if (others + feeClaims.length <= 1) return undefined;
  if (others === 1) return { ...items, feeClaims: [] };
  if (others === 0) return { ...items, feeClaims: first(feeClaims, feeClaims.length >> 1) };
  const fewerDeposits = fourFifths(deposits.length);
  const fewerWithdrawals = Math.max(fewerDeposits === 0 ? 1 : 0, fourFifths(withdrawals.length));
  const areOnlyAccounts = fewerDeposits === 0 && withdrawals.length === 0;
  return {
    ...items,
    deposits: first(deposits, fewerDeposits),
    withdrawals: first(withdrawals, fewerWithdrawals),
    registrations: first(registrations, Math.max(areOnlyAccounts ? 1 : 0, registrations.length >> 1)),
  };
};

/**
 * The beginning of the items that makes a batch within the limits: the rest waits for the next one.
 * @throws RefusedError as `settle`, of a batch that can't be mended by leaving items out
 */
export const fitBatch = (bridge: Bridge, facts: Facts, found: TrialItems): FittingBatch => {
  const { deposits, withdrawals, registrations, feeClaims, sentEvents } = found;
  const items: Items = { deposits, withdrawals, registrations, feeClaims, sentEvents };
  try {
    return { items, settlement: settle(bridge, facts, items) };
  } catch (error) {
    const fewer = isPdiemError(error) && error.code === "refused/batch-too-large" ? fewerItems(found) : undefined;
    if (fewer === undefined) throw error;
    return fitBatch(bridge, facts, fewer);
  }
};
