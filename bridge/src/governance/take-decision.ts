/** What a decision makes of the governance state (PROTOCOL 6): it is taken whole or not at all. */
import { type BridgeConfig, MAX_MEASUREMENTS } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { Action } from "./action.js";
import { checkActions } from "./check-actions.js";
import type { Decision } from "./decision.js";
import { delayOf, isAtOnce } from "./delay.js";
import { cancelDelayed, enact, pause } from "./enact.js";
import { enactInOrder, foldDue } from "./fold-due.js";
import { type DelayedAction, type GovernanceState, MAX_DELAYED } from "./governance-state.js";
import { subjectOf } from "./subject.js";

/** What is proven where a decision is taken. */
export interface DecisionPoint {
  /** Active time of the ledger in force, ms. */
  readonly active: bigint;
  /** Whether any asset is frozen at the block. */
  readonly isFrozen: boolean;
  /** The assets' supplies at the block, in the order of the configuration, in smallest units. */
  readonly supplies: readonly bigint[];
}

const MAX_U64 = 2n ** 64n - 1n;

/**
 * A freeze cancels what is delayed. The thaw that any batch begins with then counts as a pause,
 * too.
 */
const afterFreeze = (state: GovernanceState, actions: readonly Action[]): GovernanceState =>
  actions.some(({ type }) => type === "thaw") && actions.some(({ type }) => type === "resume")
    ? cancelDelayed(state)
    : pause(state);

/**
 * Enacts what is in force at once. Lowered windows cancel what is delayed, as a pause does by
 * itself.
 */
const enactAtOnce = (config: BridgeConfig, start: GovernanceState, actions: readonly Action[]): GovernanceState =>
  actions.reduce((state, action) => {
    const enacted = enact(config, state, action);
    return action.type === "windows" ? cancelDelayed(enacted) : enacted;
  }, start);

const newMeasurements = ({ delayed }: GovernanceState): number =>
  delayed.filter(({ action }) => action.type === "measurement" && action.value.isAllowed).length;

const checkBounds = (state: GovernanceState): void => {
  if (state.delayed.length > MAX_DELAYED)
    throw new RefusedError(
      "refused/too-many-delayed",
      `expected ${MAX_DELAYED} delayed actions at most, got ${state.delayed.length}`,
      "later",
    );
  if (state.measurements.length + newMeasurements(state) > MAX_MEASUREMENTS)
    throw new RefusedError(
      "refused/too-many-measurements",
      `expected ${MAX_MEASUREMENTS} measurements at most, delayed ones counted: retire some first`,
    );
};

/** Refuses what would lapse when it is due, if nothing else is decided until then. */
const checkRules = (config: BridgeConfig, state: GovernanceState, added: readonly DelayedAction[]): void => {
  enactInOrder(config, state, state.delayed, (one, error) => {
    if (added.includes(one)) throw error;
  });
};

const withDelayed = (
  config: BridgeConfig,
  state: GovernanceState,
  { active, supplies }: DecisionPoint,
  actions: readonly Action[],
): GovernanceState => {
  const added = actions.map((action) => {
    const due = active + delayOf(config, state.limits, supplies, action);
    if (due > MAX_U64) throw new RefusedError("refused/delay", `expected a delay that ends, got one until ${due} ms`);
    return { action, from: active, due };
  });
  const subjects = new Set(actions.map(subjectOf));
  const kept = state.delayed.filter(({ action }) => !subjects.has(subjectOf(action)));
  const next = { ...state, delayed: [...kept, ...added] };
  checkBounds(next);
  checkRules(config, next, added);
  return next;
};

/**
 * Takes a decision: what is due is folded first, then a freeze cancels, then actions at once, then
 * delayed ones. A newer action about the same subject replaces a delayed one, and waits anew.
 * @throws RefusedError those of `checkActions`, `isAtOnce` and `enact`; `refused/too-many-delayed`,
 * `refused/too-many-measurements`, `refused/delay`
 */
export const takeDecision = (
  config: BridgeConfig,
  before: GovernanceState,
  { actions }: Pick<Decision, "actions">,
  point: DecisionPoint,
): GovernanceState => {
  const folded = foldDue(config, before, point.active);
  checkActions(folded, point.isFrozen, actions);
  const atOnce = actions.filter((action) => isAtOnce(config, folded, action));
  const start = point.isFrozen ? afterFreeze(folded, actions) : folded;
  const now = enactAtOnce(config, { ...start, count: start.count + 1n }, atOnce);
  return withDelayed(
    config,
    now,
    point,
    actions.filter((action) => !atOnce.includes(action)),
  );
};
