/** Gas of custody's payments, which cost nothing (PROTOCOL 4). */
import { type GasConstants, readVmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { RefusedError } from "../error.js";
import type { DiemFacts } from "../facts/facts.js";
import { readRoot } from "../withdrawal/payable.js";

/** What the SDKs ask for, in gas units; a payment uses a small part of it. */
const USUAL_MAX_GAS = 1_000_000n;

const gasConstantsOf = (facts: DiemFacts): GasConstants =>
  readRoot(facts, readVmConfig, "the gas schedule").gasConstants;

/**
 * Tells whether Diem takes transactions at gas unit price 0.
 * @throws RefusedError `refused/diem-root`; ProofError `proof/not-shown`
 */
export const isGasFree = (facts: DiemFacts): boolean => gasConstantsOf(facts).minPricePerGasUnit === 0n;

/**
 * Checks that Diem takes transactions at gas unit price 0.
 * @throws RefusedError `refused/gas-price`, `refused/diem-root`; ProofError `proof/not-shown`
 */
export const checkFreeGas = (facts: DiemFacts): void => {
  const { minPricePerGasUnit } = gasConstantsOf(facts);
  if (minPricePerGasUnit !== 0n)
    throw new RefusedError(
      "refused/gas-price",
      `expected Diem to take gas unit price 0, its least is ${minPricePerGasUnit}: payments wait until it does`,
      "later",
    );
};

/**
 * Computes the maximum gas units of a payment: 1,000,000, or the network's own maximum if that is
 * less.
 * @throws RefusedError `refused/diem-root`; ProofError `proof/not-shown`
 */
export const maxGasOf = (facts: DiemFacts): bigint => {
  const { maximumNumberOfGasUnits } = gasConstantsOf(facts);
  return maximumNumberOfGasUnits < USUAL_MAX_GAS ? maximumNumberOfGasUnits : USUAL_MAX_GAS;
};
