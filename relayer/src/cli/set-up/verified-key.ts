/** The enclave's key, believed by its evidence alone: before anything is given to it for good. */
import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import type { Check } from "@pdiem/bridge-client/examine/check";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import { checkHolders } from "@pdiem/bridge-client/examine/holders-checks";
import { type ShownEnclave, shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { enclaveAt, holderDoors } from "../../enclave-door.js";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import { askForEvidence } from "../verify-enclave/ask-enclave.js";
import { findingLines } from "./finding.js";

export interface EnclaveOptions {
  /** By default the configuration's. */
  readonly enclave?: string;
  /** A file instead of the vendors' services: for several enclaves a list. */
  readonly collateral?: string;
}

/**
 * Gets what evidence is verified with, or why there is none.
 * @param at its place in the file, where that has a list
 */
export const collateralOf = async (
  shown: ShownEnclave,
  { attestation }: Config,
  { collateral }: EnclaveOptions,
  output: Pick<Output, "err">,
  at = 0,
): Promise<Collateral | PdiemError> => {
  if (collateral !== undefined) {
    const value = readJson(collateral);
    return parseCollateral(Array.isArray(value) ? value[at] : value);
  }
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

/** One enclave, asked for evidence over a new challenge. */
const judge = async (config: Config, url: string, at: number, options: EnclaveOptions, output: Output) => {
  const challenge = new Uint8Array(randomBytes(32));
  const { isLasting } = await enclaveAt(url, config).status();
  const shown = shownEnclaveOf(await askForEvidence(config, { enclave: url }, challenge));
  const { checks, verified } = checkEvidence(shown, {
    config: config.bridge,
    bridgeId: bridgeId(config.bridge),
    challenge,
    // Before genesis nobody can have decided anything.
    measurements: config.bridge.measurements,
    collateral: await collateralOf(shown, config, options, output, at),
    now: Date.now(),
  });
  return { url, isLasting, shown, share: shown.share, checks, verified };
};

/**
 * Asks the enclave, or all that hold the key together, for evidence over a new challenge. It is
 * verified by the configuration, and the checks told.
 * @returns the key, Ed25519 public, 32 bytes
 * @throws PdiemError `set-up/enclave` where the evidence doesn't hold; `set-up/enclave-forgets`
 * where a restart would lose the key; those of `askForEvidence` and `parseCollateral`
 */
export const verifiedEnclaveKey = async (
  config: Config,
  options: EnclaveOptions,
  output: Output,
): Promise<Uint8Array> => {
  const urls = options.enclave === undefined ? holderDoors(config.enclave).map(({ url }) => url) : [options.enclave];
  const judged = await Promise.all(urls.map((url, i) => judge(config, url, i, options, output)));
  const key = judged[0]?.shown.custodyKey ?? new Uint8Array();
  const together = checkHolders(config.bridge, key, judged);
  for (const { url, share, checks: own } of judged) {
    if (share !== undefined) output.err(`slot ${share.slot} (${config.bridge.holders?.slots[share.slot - 1]}), ${url}`);
    for (const line of own.flatMap(lines)) output.err(line);
  }
  for (const line of together.flatMap(lines)) output.err(line);
  const checks = [...judged.flatMap((one) => one.checks), ...together];
  const which = urls.join(", ");
  if (checks.some(({ outcome }) => outcome !== "ok"))
    throw new PdiemError("set-up/enclave", `the enclave at ${which} isn't proven genuine: give nothing to its key`);
  const forgetting = judged.find(({ isLasting }) => !isLasting);
  if (forgetting !== undefined)
    throw new PdiemError(
      "set-up/enclave-forgets",
      `the enclave at ${forgetting.url} seals nothing: a restart would lose the key`,
    );
  return key;
};
