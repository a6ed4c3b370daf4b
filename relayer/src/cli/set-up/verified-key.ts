/** The enclave's key, believed by its evidence alone: before anything is given to it for good. */
import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import type { Check } from "@pdiem/bridge-client/examine/check";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import { type ShownEnclave, shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { enclaveAt, soleDoor } from "../../enclave-door.js";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import { askForEvidence } from "../verify-enclave/ask-enclave.js";
import { findingLines } from "./finding.js";

export interface EnclaveOptions {
  /** By default the configuration's. */
  readonly enclave?: string;
  /** A file instead of the vendors' services. */
  readonly collateral?: string;
}

/** Gets what evidence is verified with, or why there is none. */
export const collateralOf = async (
  shown: ShownEnclave,
  { attestation }: Config,
  { collateral }: EnclaveOptions,
  output: Pick<Output, "err">,
): Promise<Collateral | PdiemError> => {
  if (collateral !== undefined) return parseCollateral(readJson(collateral));
  try {
    return await fetchCollateral(readShownEvidence({ tee: shown.tee, bytes: shown.evidence }), attestation, {
      warn: output.err,
      ...(shown.supplement === undefined ? {} : { supplement: shown.supplement }),
    });
  } catch (error) {
    if (error instanceof PdiemError) return error;
    throw error;
  }
};

const lines = ({ name, outcome, expected, found, code = "evidence" }: Check): readonly string[] =>
  findingLines({ code, name, outcome: outcome === "failed" ? "differs" : outcome, expected, found });

/**
 * Asks an enclave for evidence over a new challenge, verifies it by the configuration, and tells
 * the checks.
 * @returns the enclave's Ed25519 public key
 * @throws PdiemError `set-up/enclave` where the evidence doesn't hold; `set-up/enclave-forgets`
 * where a restart would lose the key; those of `askForEvidence` and `parseCollateral`
 */
export const verifiedEnclaveKey = async (
  config: Config,
  options: EnclaveOptions,
  output: Output,
): Promise<Uint8Array> => {
  const url = options.enclave ?? soleDoor(config.enclave, "--enclave").url;
  const challenge = new Uint8Array(randomBytes(32));
  const { isLasting } = await enclaveAt(url, config).status();
  const shown = shownEnclaveOf(await askForEvidence(config, { enclave: url }, challenge));
  const { checks } = checkEvidence(shown, {
    config: config.bridge,
    bridgeId: bridgeId(config.bridge),
    challenge,
    // Before genesis nobody can have decided anything.
    measurements: config.bridge.measurements,
    collateral: await collateralOf(shown, config, options, output),
    now: Date.now(),
  });
  for (const line of checks.flatMap(lines)) output.err(line);
  if (checks.some(({ outcome }) => outcome !== "ok"))
    throw new PdiemError("set-up/enclave", `the enclave at ${url} isn't proven genuine: give nothing to its key`);
  if (!isLasting)
    throw new PdiemError("set-up/enclave-forgets", `the enclave at ${url} seals nothing: a restart would lose the key`);
  return shown.custodyKey;
};
