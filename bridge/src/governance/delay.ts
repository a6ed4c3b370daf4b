/** How long an action waits (PROTOCOL 6): as long as everyone who disagrees needs to leave. */
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { Action } from "./action.js";
import { currencyIndex } from "./enact.js";
import type { GovernanceState } from "./governance-state.js";
import type { Limits } from "./limits.js";

/**
 * Tells whether an action is in force at once: what stops or slows down, and what ends that.
 * @param state the one before the decision, with what is due folded
 * @throws RefusedError `refused/mixed-windows`, `refused/unknown-currency`
 */
export const isAtOnce = (config: BridgeConfig, state: GovernanceState, action: Action): boolean => {
  switch (action.type) {
    case "windows":
      return isLowered(config, state, action.value);
    case "bounds":
    case "measurement":
    case "batch":
    case "guardians":
    case "handover":
    case "share":
      return false;
    default:
      return true;
  }
};

const WINDOWS = ["mint", "release", "refund"] as const;

const isLowered = (
  config: BridgeConfig,
  { limits }: GovernanceState,
  wanted: Extract<Action, { type: "windows" }>["value"],
): boolean => {
  const present = limits.currencies[currencyIndex(config, wanted.currency)];
  if (present === undefined)
    throw new RefusedError("refused/unknown-currency", `expected limits of ${wanted.currency} in the governance state`);
  const isAnyLower = WINDOWS.some((name) => wanted[name] < present[name]);
  if (isAnyLower && WINDOWS.some((name) => wanted[name] > present[name]))
    throw new RefusedError(
      "refused/mixed-windows",
      `expected windows of ${wanted.currency} all lower or all higher than the present ones: decide one after the other`,
    );
  return isAnyLower;
};

/**
 * Computes the active time, ms, in which the whole supply of every currency can leave through its
 * release window.
 * @param supplies proven, in the order of the configuration's currencies, in smallest units
 */
export const timeToLeave = ({ currencies }: BridgeConfig, limits: Limits, supplies: readonly bigint[]): bigint =>
  currencies.reduce((longest, { windows }, i) => {
    const window = limits.currencies[i]?.release ?? windows.release.amount;
    const supply = supplies[i];
    if (supply === undefined) throw new RangeError(`expected the supply of each of ${currencies.length} currencies`);
    const time = ((supply + window - 1n) / window + 1n) * windows.release.length;
    return time > longest ? time : longest;
  }, 0n);

/**
 * Computes how long an action that isn't in force at once waits, ms of active time.
 * @param limits as the decision's actions at once leave them
 */
export const delayOf = (config: BridgeConfig, limits: Limits, supplies: readonly bigint[], { type }: Action): bigint =>
  config.decisionDelay + (type === "windows" ? 0n : timeToLeave(config, limits, supplies));
