import { randomBytes } from "node:crypto";
import { parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import { refusalIn } from "@pdiem/bridge-client/examine/check";
import { type ShownEnclave, shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { PdiemError } from "@pdiem/light-client/error";
import { createClients } from "../../clients.js";
import { type Config, readConfig } from "../../config.js";
import { readJson } from "../json-file.js";
import type { AskOptions, Output } from "../output.js";
import { ownWalk, type WalkAgainOptions } from "../own-walk.js";
import { askForEvidence } from "./ask-enclave.js";
import { examine } from "./examine.js";
import { proveState } from "./prove-state.js";
import { reportOf, reportText } from "./report.js";

export interface VerifyOptions extends AskOptions, WalkAgainOptions {
  /** Asked itself, instead of a relayer. */
  readonly enclave?: string;
  /** A file instead of the vendors' services. */
  readonly collateral?: string;
}

const orRefusal = async <T>(body: () => Promise<T>): Promise<T | PdiemError> => {
  try {
    return await body();
  } catch (error) {
    return refusalIn(error);
  }
};

const fetchFor = (
  { tee, evidence, supplement }: ShownEnclave,
  { attestation }: Config,
  output: Output,
): Promise<Collateral> =>
  fetchCollateral(readShownEvidence({ tee, bytes: evidence }), attestation, {
    warn: output.err,
    ...(supplement === undefined ? {} : { supplement }),
  });

/**
 * Checks an enclave from outside. That is its evidence over a challenge of this run's own, and what
 * both chains say of its key. Chains are proven from the configuration's roots of trust on. Neither
 * relayer, enclave nor any node is believed.
 * @throws PdiemError `verify-enclave/fails`; `verify-enclave/undecided`, `later`; those of
 * `readConfig`, `parseCollateral` and `askForEvidence`
 */
export const verifyEnclaveCommand = async (options: VerifyOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const given = options.collateral === undefined ? undefined : parseCollateral(readJson(options.collateral));
  const challenge = new Uint8Array(randomBytes(32));
  const shown = shownEnclaveOf(await askForEvidence(config, options, challenge));
  const clients = createClients(config);
  const state = await orRefusal(async () => {
    const sets = await ownWalk(config, clients, options, output);
    return proveState(config, clients, shown.custodyKey, sets, { api: options.api, tell: output.err });
  });
  const collateral = given ?? (await orRefusal(() => fetchFor(shown, config, output)));
  const examination = { config: config.bridge, challenge, shown, state, collateral, now: Date.now() };
  const findings = examine(examination);
  const report = reportOf(examination, findings);
  output.out(options.json === true ? JSON.stringify(report) : reportText(report));
  if (report.verdict === "fails")
    throw new PdiemError("verify-enclave/fails", "not all checks hold: see above", "never");
  if (report.verdict === "undecided")
    throw new PdiemError("verify-enclave/undecided", "not everything could be checked: see above", "later");
};
