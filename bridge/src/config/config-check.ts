/** What a configuration must satisfy, by itself: PROTOCOL 5's last paragraph, and no zero or empty root of trust. */
import { toHex } from "@pdiem/light-client/bytes";
import { isValidPublicKey } from "@pdiem/light-client/crypto/ed25519";
import { checkAdmission, checkAttestation } from "./attestation-check.js";
import type { BridgeConfig, Guardians } from "./bridge-config.js";
import type { CurrencyConfig } from "./currency-config.js";
import { RefusedError } from "../error.js";
import { checkMeasurement } from "./measurement.js";

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/config-${code}`, message);
};

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

const areDistinct = (values: readonly (string | number)[]): boolean => new Set(values).size === values.length;

/** @throws RefusedError `refused/config-…` unless a currency's amounts fit together */
export const checkCurrency = ({ code, minBalance, minimum, maximum, fees, windows }: CurrencyConfig): void => {
  const least = fees.deposit + fees.withdrawal + fees.refund + minBalance;
  demand(minBalance > 0n, "min-balance", `expected ${code}'s minBalance above 0: no asset has a minimum of 0`);
  demand(
    minimum >= least,
    "minimum",
    `expected ${code}'s minimum to be at least fees + minBalance = ${least}, got ${minimum}`,
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

const checkDiem = ({ diem }: BridgeConfig): void => {
  demand(diem.chainId > 0, "chain-id", "expected a chain id above 0");
  demand(!isZero(diem.waypoint.value), "waypoint", "expected a waypoint that isn't zero");
  demand(!isZero(diem.custody), "custody", "expected a custody address that isn't zero");
};

const checkChains = ({ relay, parachain }: BridgeConfig): void => {
  demand(!isZero(parachain.genesisHash), "genesis-hash", "expected a parachain genesis hash that isn't zero");
  demand(!isZero(relay.finalized.hash), "relay-root", "expected a finalized relay header hash that isn't zero");
  demand(relay.authorities.length > 0, "authorities", "expected at least one relay chain authority");
  demand(areDistinct(relay.authorities.map(({ id }) => toHex(id))), "authorities", "expected distinct authorities");
  for (const { id, weight } of relay.authorities)
    demand(
      weight > 0n && isValidPublicKey(id),
      "authorities",
      `expected authority ${toHex(id)} to be an Ed25519 key of weight above 0`,
    );
};

/** @throws RefusedError `refused/config-guardians`, `refused/config-threshold`, `refused/config-freezer` */
export const checkGuardians = ({ keys, threshold, freezer }: Guardians): void => {
  demand(keys.length > 0, "guardians", "expected at least one guardian");
  demand(areDistinct(keys.map(toHex)), "guardians", "expected distinct guardians");
  for (const key of keys) demand(isValidPublicKey(key), "guardians", `expected an Ed25519 key, got ${toHex(key)}`);
  demand(
    threshold >= 1 && threshold <= keys.length,
    "threshold",
    `expected 1 to ${keys.length} guardians to sign, got ${threshold}`,
  );
  demand(!isZero(freezer), "freezer", "expected a Freezer account that isn't zero");
};

const checkMeasurements = ({ measurements, attestation }: BridgeConfig): void => {
  demand(measurements.length > 0, "measurements", "expected at least one measurement");
  checkAttestation(attestation);
  for (const one of measurements) {
    checkMeasurement(one);
    checkAdmission(attestation, measurements, one);
  }
};

/** @throws RefusedError `refused/config-…`, a code of its own for each rule */
export const checkConfig = (config: BridgeConfig): void => {
  const { currencies } = config;
  checkDiem(config);
  checkChains(config);
  demand(config.rootsTime > 0n, "roots-time", "expected a time, in ms, at which the roots of trust were vouched for");
  demand(currencies.length > 0, "currencies", "expected at least one currency");
  demand(areDistinct(currencies.map(({ code }) => code)), "currencies", "expected distinct currency codes");
  demand(areDistinct(currencies.map(({ assetId }) => assetId)), "currencies", "expected distinct asset ids");
  for (const currency of currencies) checkCurrency(currency);
  demand(!isZero(config.feeAccount), "fee-account", "expected a fee account that isn't zero");
  demand(config.maxSkew > 0n, "max-skew", "expected maxSkew above 0 ms");
  demand(config.batchInterval > 0n, "batch-interval", "expected batchInterval above 0 ms");
  checkGuardians(config.guardians);
  demand(config.decisionDelay > 0n, "decision-delay", "expected decisionDelay above 0 ms");
  checkMeasurements(config);
};
