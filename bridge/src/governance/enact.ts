/** What an action makes of the governance state once it is in force. */
import { equal } from "@pdiem/light-client/bytes";
import { checkAdmission } from "../config/attestation-check.js";
import { type BridgeConfig, MAX_MEASUREMENTS } from "../config/bridge-config.js";
import { checkBatchLimits, checkCurrency, checkGuardians, isSimulatedBridge } from "../config/config-check.js";
import { checkHasClass } from "../config/holders-check.js";
import { checkMeasurement, type Measurement } from "../config/measurement.js";
import { RefusedError } from "../error.js";
import { handoverName, type ShareGrant } from "../handover/grant.js";
import { checkPlatform, withPlatform } from "../holders/platforms.js";
import type { Action, ActionOf } from "./action.js";
import { type GovernanceState, MAX_HANDOVERS } from "./governance-state.js";
import { type CurrencyLimits, underLimits } from "./limits.js";
import { withCulprits } from "./misbehaviour.js";

/** Cancels what is still delayed. */
export const cancelDelayed = (state: GovernanceState): GovernanceState => ({ ...state, delayed: [] });

/**
 * Pauses: nothing but decisions is signed, and what is delayed and the hand-overs in force are
 * taken back.
 */
export const pause = (state: GovernanceState): GovernanceState => ({
  ...cancelDelayed(state),
  paused: true,
  handovers: [],
});

/** Finds a currency's place. @throws RefusedError `refused/unknown-currency` */
export const currencyIndex = ({ currencies }: BridgeConfig, code: string): number => {
  const index = currencies.findIndex((currency) => currency.code === code);
  if (index < 0) throw new RefusedError("refused/unknown-currency", `expected a bridged currency, got ${code}`);
  return index;
};

const withLimits = (
  config: BridgeConfig,
  state: GovernanceState,
  code: string,
  change: Partial<CurrencyLimits>,
): GovernanceState => {
  const index = currencyIndex(config, code);
  const currencies = state.limits.currencies.map((own, i) => (i === index ? { ...own, ...change } : own));
  const changed = { ...state.limits, currencies };
  const currency = underLimits(config, changed).currencies[index];
  if (currency !== undefined) checkCurrency(currency);
  return { ...state, limits: changed };
};

const isSame = (a: Measurement, b: Measurement): boolean => a.tee === b.tee && equal(a.value, b.value);

const allow = ({ attestation, holders }: BridgeConfig, present: readonly Measurement[], one: Measurement) => {
  checkMeasurement(one);
  checkHasClass(holders, one);
  const others = present.filter((other) => !isSame(other, one));
  checkAdmission(attestation, others, one);
  if (others.length >= MAX_MEASUREMENTS)
    throw new RefusedError("refused/too-many-measurements", `expected ${MAX_MEASUREMENTS} measurements at most`);
  return [...others, one];
};

const retire = (present: readonly Measurement[], one: Measurement) => {
  const left = present.filter((other) => !isSame(other, one));
  if (left.length === 0)
    throw new RefusedError(
      "refused/last-measurement",
      "expected at least one measurement to stay allowed: let another one come into force first",
    );
  return left;
};

const withMeasurement = (
  config: BridgeConfig,
  state: GovernanceState,
  { measurement, isAllowed }: ActionOf<"measurement">["value"],
): GovernanceState => {
  const { measurements } = state;
  return {
    ...state,
    measurements: isAllowed ? allow(config, measurements, measurement) : retire(measurements, measurement),
  };
};

/** Adds a hand-over; beyond their bound the oldest goes. */
const withHandover = (state: GovernanceState, name: Uint8Array): GovernanceState => ({
  ...state,
  handovers: [...state.handovers.filter((one) => !equal(one, name)), name].slice(-MAX_HANDOVERS),
});

const demandGrant = (holds: boolean, message: string): void => {
  if (!holds) throw new RefusedError("refused/grant", message);
};

const withShare = (config: BridgeConfig, state: GovernanceState, { transcript, grant }: ShareGrant) => {
  const { length } = config.holders?.slots ?? [];
  demandGrant(grant.slot >= 1 && grant.slot <= length, `expected one of ${length} slots, got ${grant.slot}`);
  demandGrant(
    (grant.platform === undefined) === isSimulatedBridge(config),
    "expected the receiver's machine by its PPID or chip id, and none where it is simulated",
  );
  checkPlatform(state.platforms, grant);
  return {
    ...withHandover(state, handoverName(transcript, grant)),
    platforms: withPlatform(state.platforms, grant),
  };
};

const withGuardians = (
  config: BridgeConfig,
  state: GovernanceState,
  changed: GovernanceState["guardians"],
): GovernanceState => {
  checkGuardians(changed, isSimulatedBridge(config));
  return { ...state, guardians: changed };
};

/**
 * Puts an action in force.
 * @throws RefusedError of the configuration's rules (`refused/config-…`,
 * `refused/mixed-measurements`) for what breaks them; `refused/unknown-currency`,
 * `refused/too-many-measurements`, `refused/last-measurement`, `refused/grant`,
 * `refused/platform-of-another-slot`
 */
export const enact = (config: BridgeConfig, state: GovernanceState, action: Action): GovernanceState => {
  switch (action.type) {
    case "pause":
      return pause(state);
    case "resume":
      return { ...state, paused: false };
    case "thaw":
      return state;
    case "windows": {
      const { currency, mint, release, refund } = action.value;
      return withLimits(config, state, currency, { mint, release, refund });
    }
    case "freezer":
      return withGuardians(config, state, { ...state.guardians, freezer: action.value });
    case "amnesty":
      return { ...state, amnesty: action.value };
    case "misbehaviour":
      return { ...pause(state), misbehaved: withCulprits(state, action.value.culprits) };
    case "bounds": {
      const { currency, minimum, maximum } = action.value;
      return withLimits(config, state, currency, { minimum, maximum });
    }
    case "measurement":
      return withMeasurement(config, state, action.value);
    case "batch":
      checkBatchLimits(action.value);
      return { ...state, limits: { ...state.limits, batch: action.value } };
    case "guardians":
      return withGuardians(config, state, action.value);
    case "handover":
      demandGrant(config.holders === undefined, "expected a slot's share: nobody holds this key whole");
      return withHandover(state, handoverName(action.value.transcript, undefined));
    case "share":
      return withShare(config, state, action.value);
  }
};
