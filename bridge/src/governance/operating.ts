/** Whether anything but decisions may be signed, and by whom (PROTOCOL 6). */
import { equal } from "@pdiem/light-client/bytes";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { Measurement } from "../config/measurement.js";
import { RefusedError } from "../error.js";
import type { Items } from "../settlement/items.js";
import type { GovernanceState } from "./governance-state.js";

/**
 * Checks that settlements, payouts and hand-overs may be signed.
 * @param inForce of `governanceInForce`
 * @throws RefusedError `refused/paused`
 */
export const checkOperating = ({ paused }: Pick<GovernanceState, "paused">): void => {
  if (paused)
    throw new RefusedError("refused/paused", "expected a bridge that isn't paused: guardians have to resume", "later");
};

/** Tells whether that code may hold the key. @param inForce of `governanceInForce` */
export const isAllowed = (
  { measurements }: Pick<GovernanceState, "measurements">,
  { tee, value }: Measurement,
): boolean => measurements.some((one) => one.tee === tee && equal(one.value, value));

/**
 * Checks that an enclave may sign a batch of these items, or payments. Retired code takes up no
 * deposits and registers nobody, so that nothing new comes to rest on it. Where several hold the
 * key, it signs decisions alone: the others go on.
 * @param inForce of `governanceInForce`
 * @param own the enclave's measurement
 * @throws RefusedError `refused/measurement-retired`
 */
export const checkMeasurementInForce = (
  { holders }: Pick<BridgeConfig, "holders">,
  inForce: Pick<GovernanceState, "measurements">,
  own: Measurement,
  { admissions, registrations }: Pick<Items, "admissions" | "registrations">,
): void => {
  const isNothingNew = admissions.length === 0 && registrations.length === 0;
  if (isAllowed(inForce, own) || (holders === undefined && isNothingNew)) return;
  throw new RefusedError(
    "refused/measurement-retired",
    "expected an enclave whose measurement is in force, to take up deposits and register or as one of several holders: ask another one",
  );
};
