import { randomBytes } from "node:crypto";
import { parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { createClients } from "../../clients.js";
import { readConfig } from "../../config.js";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import { ownWalk } from "../own-walk.js";
import { askForEvidence } from "./ask-enclave.js";
import { examine } from "./examine.js";
import { fetchFor, orRefusal, throwVerdict, type VerifyOptions } from "./outcome.js";
import { proveState } from "./prove-state.js";
import { reportOf, reportText } from "./report.js";
import { verifyHolders } from "./verify-holders.js";

/**
 * Checks an enclave from outside. That is its evidence over a challenge of this run's own, and what
 * both chains say of its key. Chains are proven from the configuration's roots of trust on. Neither
 * relayer, enclave nor any node is believed.
 * @throws PdiemError `verify-enclave/fails`; `verify-enclave/undecided`, `later`; those of
 * `readConfig`, `parseCollateral` and `askForEvidence`
 */
export const verifyEnclaveCommand = async (options: VerifyOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  if (config.bridge.holders !== undefined && options.enclave === undefined)
    return verifyHolders(config, config.bridge.holders, options, output);
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
  throwVerdict(report.verdict);
};
