import type { Action } from "@pdiem/bridge/governance/action";
import { toHex } from "@pdiem/light-client/bytes";
import { readConfig } from "../../config.js";
import { checkOurs, rulesNow } from "../handover/show.js";
import { grantingAction } from "../handover/verdict.js";
import type { Output, ReadOptions } from "../output.js";
import { readRepair } from "./file.js";
import { checkRepair, describeRepair, judge, transcriptOf } from "./verdict.js";

/**
 * Says who gives a share to whom, and judges all evidence.
 * @returns what guardians decide
 * @throws what `checkRepair` throws, once all is told; PdiemError `handover/other-bridge`; what
 * `readRepair` and `presentState` throw
 */
export const showRepair = async (path: string, options: ReadOptions, output: Output): Promise<Action> => {
  const config = readConfig(options.config);
  const file = readRepair(path);
  checkOurs(config.bridge, file);
  const judgement = judge(await rulesNow(config, options), file);
  const transcript = transcriptOf(config.bridge, file.transcript);
  const text = describeRepair(config.bridge, file, judgement);
  output.out(options.json === true ? JSON.stringify({ transcript: `0x${toHex(transcript)}`, text }) : text.join("\n"));
  checkRepair(config.bridge, file, judgement);
  return grantingAction(transcript, file.transcript.grant);
};
