/** Delayed actions whose time has come (PROTOCOL 6). */
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import { enact } from "./enact.js";
import type { DelayedAction, GovernanceState } from "./governance-state.js";

/**
 * By when they are due, those of one time in the order of their decisions. So folding in steps ends
 * the same.
 */
const inOrder = (delayed: readonly DelayedAction[]): readonly DelayedAction[] =>
  [...delayed].sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));

/**
 * Enacts delayed actions one after the other.
 * @param lapse told of each that breaks the configuration's rules by now, which has no effect
 */
export const enactInOrder = (
  config: BridgeConfig,
  start: GovernanceState,
  delayed: readonly DelayedAction[],
  lapse: (one: DelayedAction, error: RefusedError) => void = () => undefined,
): GovernanceState =>
  inOrder(delayed).reduce((state, one) => {
    try {
      return enact(config, state, one.action);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      lapse(one, error);
      return state;
    }
  }, start);

/**
 * Enacts what is due. What then breaks the configuration's rules lapses.
 * @param active of the ledger, ms
 */
export const foldDue = (config: BridgeConfig, state: GovernanceState, active: bigint): GovernanceState => {
  const due = state.delayed.filter((one) => one.due <= active);
  if (due.length === 0) return state;
  const rest = { ...state, delayed: state.delayed.filter((one) => one.due > active) };
  return enactInOrder(config, rest, due);
};
