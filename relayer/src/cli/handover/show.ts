import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/action";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type Config, readConfig } from "../../config.js";
import { apiUrl } from "../api-client.js";
import type { Output, ReadOptions } from "../output.js";
import { inForceIn, presentState } from "../present-state.js";
import { type HandoverFile, readHandover } from "./file.js";
import {
  checkAccepted,
  checkMachine,
  describeHandover,
  grantingAction,
  judge,
  type Rules,
  transcriptOf,
} from "./verdict.js";

/** Finds what evidence is judged by now. @throws what `presentState` throws */
export const rulesNow = async (config: Config, { api, offline }: ReadOptions): Promise<Rules> => {
  const { bridge } = config;
  if (offline === true) return { config: bridge, measurements: bridge.measurements, now: Date.now() };
  const state = await presentState(bridge, api ?? apiUrl(config));
  return { config: bridge, measurements: inForceIn(bridge, state).measurements, now: Number(state.time) };
};

/**
 * Checks that a file is about the configuration's bridge.
 * @throws PdiemError `handover/other-bridge`
 */
export const checkOurs = (config: BridgeConfig, file: Pick<HandoverFile, "bridgeId">): void => {
  if (!equal(file.bridgeId, bridgeId(config)))
    throw new PdiemError("handover/other-bridge", `the file is about bridge 0x${toHex(file.bridgeId)}`, "never");
};

/**
 * Says who gives the key to whom, and judges both sides' evidence.
 * @returns what guardians decide
 * @throws EvidenceRefusal, once all is told, where one of the two is refused; PdiemError
 * `handover/other-bridge`; what `readHandover` and `presentState` throw
 */
export const showHandover = async (path: string, options: ReadOptions, output: Output): Promise<Action> => {
  const config = readConfig(options.config);
  const file = readHandover(path);
  checkOurs(config.bridge, file);
  const judgement = judge(await rulesNow(config, options), file);
  const transcript = transcriptOf(config.bridge, file.transcript);
  const text = describeHandover(config.bridge, file, judgement);
  output.out(options.json === true ? JSON.stringify({ transcript: `0x${toHex(transcript)}`, text }) : text.join("\n"));
  checkAccepted(judgement);
  const { grant } = file.transcript;
  checkMachine(grant, file.publicPackage, judgement.receiver);
  return grantingAction(transcript, grant);
};
