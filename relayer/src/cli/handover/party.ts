import { CollateralError } from "@pdiem/bridge-client/collateral/collateral-error";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import type { ActivateResponse, Hex, Party } from "@pdiem/enclave/api";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { fromHex } from "@pdiem/light-client/bytes";
import type { Config } from "../../config.js";
import type { Output } from "../output.js";
import { shownBy } from "./verdict.js";

/** @param challenge what the evidence answers */
export const partyOf = (
  { tee, handoverKey, evidence }: Pick<ActivateResponse, "tee" | "handoverKey" | "evidence">,
  challenge: Hex,
): Party => ({ tee, handoverKey, challenge, evidence });

/**
 * @param now ms
 * @param supplement what the enclave gave beside its evidence
 * @throws EvidenceRefusal; CollateralError `collateral/missing`
 */
export const collateralFor = (
  { attestation }: Config,
  party: Party,
  now: number,
  { err: warn }: Output,
  supplement?: Hex,
): Promise<Collateral> =>
  fetchCollateral(shownBy(party), attestation, {
    now,
    warn,
    ...(supplement === undefined ? {} : { supplement: fromHex(supplement) }),
  });

/** The same, or where it can't be had, what was kept: the enclave that verifies with it says whether it still holds. */
export const renewedCollateral = async (
  config: Config,
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
