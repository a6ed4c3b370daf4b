/** What holders must satisfy (PROTOCOL 7a): no vendor's break signs, and each has its machines. */
import { equal } from "@pdiem/light-client/bytes";
import { RefusedError } from "../error.js";
import type { BridgeConfig } from "./bridge-config.js";
import { type HolderClass, type Holders, MAX_SLOTS } from "./holders.js";
import { isSimulated, type Measurement } from "./measurement.js";

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const MIN_SLOTS = 2;
/** Kinds of genuine TEEs, by the vendor whose failure is theirs. */
const VENDORS: readonly (readonly string[])[] = [["sgx", "tdx"], ["sev-snp"]];

const demand = (holds: boolean, message: string): void => {
  if (!holds) throw new RefusedError("refused/config-holders", message);
};

const areDistinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

/** Tells whether a class has the TEE that the measurement is of. */
const has = ({ tees, simulated }: HolderClass, measurement: Measurement): boolean =>
  isSimulated(measurement)
    ? simulated.some((value) => equal(value, measurement.value))
    : tees.includes(measurement.tee);

/** Tells whether code under that TEE may be in the slot. @param slot from 1 on */
export const isOfSlotClass = ({ classes, slots }: Holders, slot: number, measurement: Measurement): boolean =>
  classes.some((one) => one.name === slots[slot - 1] && has(one, measurement));

/**
 * Checks that code which is to be admitted has a class: another vendor's break could sign
 * otherwise.
 * @throws RefusedError `refused/no-class`
 */
export const checkHasClass = (holders: Holders | undefined, measurement: Measurement): void => {
  if (holders === undefined || holders.classes.some((one) => has(one, measurement))) return;
  throw new RefusedError(
    "refused/no-class",
    `expected a measurement of a TEE that one of the holders' classes names, got one of ${measurement.tee}`,
  );
};

const checkClasses = ({ classes, slots }: Holders): void => {
  const names = classes.map(({ name }) => name);
  demand(areDistinct(names), "expected classes of distinct names");
  for (const name of names) demand(NAME.test(name), "expected classes' names of 32 letters, digits and - at most");
  for (const slot of slots) demand(names.includes(slot), `expected each slot to name a class, got "${slot}"`);
  const kinds = classes.flatMap(({ tees }) => tees);
  demand(areDistinct(kinds), "expected each kind of TEE in one class");
  for (const kind of kinds)
    demand(
      VENDORS.some((vendor) => vendor.includes(kind)),
      `expected classes of ${VENDORS.flat().join(", ")}, got "${kind}"`,
    );
  for (const vendor of VENDORS)
    demand(
      classes.filter(({ tees }) => tees.some((kind) => vendor.includes(kind))).length < 2,
      `expected ${vendor.join(" and ")} in one class: one vendor's failure breaks both`,
    );
};

/** No vendor's break signs; with three or more, no vendor's loss stops. */
const checkSpread = ({ threshold, classes, slots }: Holders): void => {
  demand(
    slots.length >= MIN_SLOTS && slots.length <= MAX_SLOTS,
    `expected ${MIN_SLOTS} to ${MAX_SLOTS} slots, got ${slots.length}`,
  );
  demand(
    threshold >= 2 && threshold < slots.length,
    `expected 2 to ${slots.length - 1} of ${slots.length} slots to sign, got ${threshold}`,
  );
  for (const { name } of classes) {
    const count = slots.filter((slot) => slot === name).length;
    demand(count > 0, `expected a slot of class ${name}, or no such class`);
    demand(count < threshold, `expected fewer than ${threshold} slots of class ${name}, got ${count}: its break signs`);
    demand(
      classes.length < 3 || slots.length - count >= threshold,
      `expected ${threshold} slots without class ${name}, got ${slots.length - count}: its loss stops the bridge`,
    );
  }
};

/** Each slot can be filled, and no measurement is of two classes. */
const checkFilled = ({ classes }: Holders, measurements: readonly Measurement[]): void => {
  for (const one of measurements) {
    const { length } = classes.filter((each) => has(each, one));
    demand(length === 1, `expected each measurement in one class, got one of ${one.tee} in ${length}`);
  }
  for (const one of classes)
    demand(
      measurements.some((each) => has(one, each)),
      `expected a measurement of class ${one.name}: nothing can hold its slots`,
    );
};

/**
 * Checks who holds the key.
 * @throws RefusedError `refused/config-holders`
 */
export const checkHolders = ({
  holders,
  measurements,
  secondHolder,
}: Pick<BridgeConfig, "holders" | "measurements" | "secondHolder">): void => {
  if (holders === undefined) return;
  checkClasses(holders);
  checkSpread(holders);
  checkFilled(holders, measurements);
  demand(!secondHolder, "expected no secondHolder beside holders: nothing is handed over before genesis");
};
