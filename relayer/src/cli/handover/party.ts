import type { Party } from "@pdiem/bridge/handover/transcript";
import { CollateralError } from "@pdiem/bridge-client/collateral/collateral-error";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import type { Attestation } from "@pdiem/enclave/wire/identity";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Config } from "../../config.js";
import type { Output } from "../output.js";
import { shownBy } from "./verdict.js";

/**
 * Names a side by what its process has shown.
 * @param challenge what the evidence answers, 32 bytes
 */
export const partyOf = (
  { handoverKey }: Pick<Party, "handoverKey">,
  { tee, evidence }: Attestation,
  challenge: Uint8Array,
): Party => ({ tee, handoverKey, challenge, evidence });

/**
 * Gets what a side's evidence is verified with.
 * @param now ms since 1970
 * @param supplement what the enclave gave beside its evidence
 * @throws EvidenceRefusal; CollateralError `collateral/missing`
 */
export const collateralFor = (
  { attestation }: Pick<Config, "attestation">,
  party: Party,
  now: number,
  { err: warn }: Output,
  supplement?: Uint8Array,
): Promise<Collateral> =>
  fetchCollateral(shownBy(party), attestation, { now, warn, ...(supplement === undefined ? {} : { supplement }) });

/**
 * Gets the same anew, or where it can't be had takes what was kept. The enclave that verifies with
 * it says whether it still holds.
 */
export const renewedCollateral = async (
  config: Pick<Config, "attestation">,
  party: Party,
  now: number,
  kept: Collateral,
  output: Output,
): Promise<Collateral> => {
  try {
    return await collateralFor(config, party, now, output);
  } catch (error) {
    if (!(error instanceof CollateralError)) throw error;
    output.err(`going on with what the file holds: ${error.message}`);
    return kept;
  }
};
