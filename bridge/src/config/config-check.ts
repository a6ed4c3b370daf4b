/**
 * What a configuration must satisfy by itself (PROTOCOL 5): amounts fit together, no root of trust
 * is empty.
 */
import { isZero, toHex } from "@pdiem/light-client/bytes";
import { isValidPublicKey } from "@pdiem/light-client/crypto/ed25519";
import { RefusedError } from "../error.js";
import { checkAdmission, checkAttestation } from "./attestation-check.js";
import type { BatchLimits, BridgeConfig } from "./bridge-config.js";
import type { CurrencyConfig } from "./currency-config.js";
import { feeOf } from "./fee.js";
import type { Guardians } from "./guardians.js";
import { checkHolders } from "./holders-check.js";
import { checkMeasurement, isSimulated } from "./measurement.js";

const DAY = 86_400_000n;
const MILLION = 1_000_000;
const MIN_BATCH: BatchLimits = { calls: 64, bytes: 65_536 };
/** The most calls that are written into one `batch_all`. */
const MAX_CALLS = 4_096;
const MIN_PERIOD = 4;
const MAX_PERIOD = 4_096;
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const HRP = /^[a-z]{1,16}$/;

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/config-${code}`, message);
};

const areDistinct = (values: readonly (string | number)[]): boolean => new Set(values).size === values.length;

/**
 * Tells whether a bridge is one for tests and development: simulated TEEs alone may hold its key.
 */
export const isSimulatedBridge = ({ measurements }: Pick<BridgeConfig, "measurements">): boolean =>
  measurements.every(isSimulated);

/** Checks that a currency's amounts fit together. @throws RefusedError `refused/config-…` */
export const checkCurrency = ({ code, minBalance, minimum, maximum, fees, windows }: CurrencyConfig): void => {
  for (const [name, { millionths }] of Object.entries(fees))
    demand(
      millionths < MILLION,
      "fee",
      `expected ${code}'s ${name} fee below ${MILLION} millionths, got ${millionths}`,
    );
  demand(minBalance > 0n, "min-balance", `expected ${code}'s minBalance above 0: no asset has a minimum of 0`);
  // With all three fees a whole payout of the least withdrawal covers its own return, too.
  const least = Object.values(fees).reduce((sum, one) => sum + feeOf(one, minimum), minBalance);
  demand(
    minimum >= least,
    "minimum",
    `expected ${code}'s minimum to be at least its fees + minBalance = ${least}, got ${minimum}`,
  );
  demand(
    maximum >= 2n * minimum,
    "maximum",
    `expected ${code}'s maximum to be at least twice its minimum, got ${maximum}`,
  );
  for (const [name, { length, amount }] of Object.entries(windows)) {
    demand(length > 0n, "window-length", `expected ${code}'s ${name} window to be longer than 0 ms`);
    demand(
      amount >= maximum,
      "window",
      `expected ${code}'s ${name} window to hold the maximum ${maximum}, got ${amount}`,
    );
  }
};

/**
 * Checks that a batch may hold enough, and no more than can be written.
 * @throws RefusedError `refused/config-batch`
 */
export const checkBatchLimits = ({ calls, bytes }: BatchLimits): void => {
  demand(
    calls >= MIN_BATCH.calls && calls <= MAX_CALLS,
    "batch",
    `expected a batch to hold ${MIN_BATCH.calls} to ${MAX_CALLS} calls, got ${calls}`,
  );
  demand(bytes >= MIN_BATCH.bytes, "batch", `expected a batch to hold at least ${MIN_BATCH.bytes} bytes, got ${bytes}`);
};

/**
 * Checks guardians and their threshold.
 * @param isForTests whether the bridge is simulated: then one guardian is enough
 * @throws RefusedError `refused/config-guardians`, `refused/config-threshold`,
 * `refused/config-freezer`
 */
export const checkGuardians = ({ keys, threshold, freezer }: Guardians, isForTests: boolean): void => {
  demand(keys.length > 0, "guardians", "expected at least one guardian");
  demand(areDistinct(keys.map(toHex)), "guardians", "expected distinct guardians");
  for (const key of keys) demand(isValidPublicKey(key), "guardians", `expected an Ed25519 key, got ${toHex(key)}`);
  demand(
    threshold >= 1 && threshold <= keys.length,
    "threshold",
    `expected 1 to ${keys.length} guardians to sign, got ${threshold}`,
  );
  demand(
    isForTests || (threshold >= 2 && keys.length >= 2 * threshold - 1),
    "threshold",
    `expected m at least 2 and 2m - 1 guardians at least, got ${threshold} of ${keys.length}`,
  );
  demand(!isZero(freezer), "freezer", "expected a Freezer account that isn't zero");
};

const checkDiem = ({ diem }: BridgeConfig): void => {
  demand(diem.chainId > 0, "chain-id", "expected a chain id above 0");
  demand(!isZero(diem.waypoint.value), "waypoint", "expected a waypoint that isn't zero");
  demand(!isZero(diem.custody), "custody", "expected a custody address that isn't zero");
  demand(HRP.test(diem.hrp), "hrp", "expected 1 to 16 lower-case letters before Diem addresses, such as dm");
};

const checkRelay = ({ relay, rootsTime }: BridgeConfig): void => {
  demand(!isZero(relay.finalized.hash), "relay-root", "expected a finalized relay header hash that isn't zero");
  // Any keys otherwise, also twice: what the chain has as its set is taken as it is.
  demand(
    relay.authorities.some(({ weight }) => weight > 0n),
    "authorities",
    "expected at least one relay chain authority of weight above 0",
  );
  for (const { id } of relay.authorities)
    demand(!isZero(id), "authorities", "expected relay chain authorities whose keys aren't zero");
  demand(rootsTime > 0n, "roots-time", "expected a time, in ms, at which the roots of trust were vouched for");
};

const checkParachain = (config: BridgeConfig): void => {
  const { genesisHash, assetsPallet, mortalPeriod, profile } = config.parachain;
  demand(!isZero(genesisHash), "genesis-hash", "expected a parachain genesis hash that isn't zero");
  demand(IDENTIFIER.test(assetsPallet), "assets-pallet", "expected a pallet's name of 64 letters at most");
  demand(
    mortalPeriod >= MIN_PERIOD && mortalPeriod <= MAX_PERIOD && (mortalPeriod & (mortalPeriod - 1)) === 0,
    "mortal-period",
    `expected a power of two from ${MIN_PERIOD} to ${MAX_PERIOD}, got ${mortalPeriod}`,
  );
  demand(
    isSimulatedBridge(config) || profile?.extensions.includes("CheckMetadataHash") !== true,
    "profile",
    "expected no pinned profile of a runtime that checks a metadata hash: leave it out",
  );
};

const checkCurrencies = ({ currencies }: BridgeConfig): void => {
  demand(currencies.length > 0, "currencies", "expected at least one currency");
  demand(areDistinct(currencies.map(({ code }) => code)), "currencies", "expected distinct currency codes");
  demand(areDistinct(currencies.map(({ assetId }) => assetId)), "currencies", "expected distinct asset ids");
  for (const currency of currencies) {
    demand(IDENTIFIER.test(currency.code), "currencies", "expected currency codes of 64 letters at most, such as XUS");
    checkCurrency(currency);
  }
};

const checkTimes = (config: BridgeConfig): void => {
  const { maxSkew, batchInterval, decisionDelay } = config;
  demand(maxSkew > 0n, "max-skew", "expected maxSkew above 0 ms");
  demand(batchInterval > 0n, "batch-interval", "expected batchInterval above 0 ms");
  const least = isSimulatedBridge(config) ? 1n : DAY;
  demand(
    decisionDelay >= least,
    "decision-delay",
    `expected decisionDelay to be at least ${least} ms, got ${decisionDelay}`,
  );
};

const checkMeasurements = ({ measurements, attestation }: BridgeConfig): void => {
  demand(measurements.length > 0, "measurements", "expected at least one measurement");
  checkAttestation(attestation);
  for (const one of measurements) {
    checkMeasurement(one);
    checkAdmission(attestation, measurements, one);
  }
};

/**
 * Checks a whole configuration.
 * @throws RefusedError `refused/config-…`, a code of its own for each rule
 */
export const checkConfig = (config: BridgeConfig): void => {
  checkMeasurements(config);
  checkHolders(config);
  checkDiem(config);
  checkRelay(config);
  checkParachain(config);
  checkCurrencies(config);
  checkTimes(config);
  checkBatchLimits(config.batch);
  checkGuardians(config.guardians, isSimulatedBridge(config));
  demand(!isZero(config.feeAccount), "fee-account", "expected a fee account that isn't zero");
};
