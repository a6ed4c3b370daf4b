import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type Config, readConfig } from "../../config.js";
import { apiUrl } from "../api-client.js";
import type { ReadOptions } from "../guardian/commands.js";
import { presentState } from "../guardian/present-state.js";
import type { Output } from "../output.js";
import { type HandoverFile, readHandover } from "./file.js";
import { checkAccepted, describeHandover, judge, type Rules, transcriptOf } from "./verdict.js";

const rulesNow = async ({ bridge, ...config }: Config, { api, offline }: ReadOptions): Promise<Rules> => {
  if (offline === true) return { config: bridge, measurements: bridge.measurements, now: Date.now() };
  const { current, time } = await presentState(bridge, api ?? apiUrl({ ...config, bridge }));
  return { config: bridge, measurements: current.measurements, now: Number(time) };
};

/** @throws PdiemError `handover/other-bridge` */
export const checkOurs = ({ bridge }: Config, file: HandoverFile): void => {
  if (file.bridgeId !== `0x${toHex(bridgeId(bridge))}`)
    throw new PdiemError("handover/other-bridge", `the file is about bridge ${file.bridgeId}`, "never");
};

/**
 * Says who gives the key to whom, and judges both sides' evidence.
 * @returns the transcript's hash, 32 bytes
 * @throws EvidenceRefusal, once all is told, where one of the two is refused; PdiemError `handover/other-bridge`; as `readHandover` and `presentState`
 */
export const showHandover = async (path: string, options: ReadOptions, output: Output): Promise<Uint8Array> => {
  const config = readConfig(options.config);
  const file = readHandover(path);
  checkOurs(config, file);
  const judgement = judge(await rulesNow(config, options), file);
  const transcript = transcriptOf(config.bridge, file.transcript);
  const text = describeHandover(config.bridge, file, judgement);
  output.out(options.json === true ? JSON.stringify({ transcript: `0x${toHex(transcript)}`, text }) : text.join("\n"));
  checkAccepted(judgement);
  return transcript;
};
