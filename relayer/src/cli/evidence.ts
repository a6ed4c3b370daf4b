import {
  describeMisbehaviour,
  formatEvidenceFile,
  parseEvidenceFile,
} from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import { readConfig } from "../config.js";
import { decisionsView } from "../views/decisions-view.js";
import { apiUrl, askRelayer } from "./api-client.js";
import { readJson } from "./json-file.js";
import type { AskOptions, Output } from "./output.js";
import { checkBridge } from "./present-state.js";

/**
 * Verifies a file by the sets that it names, and says what it proves of them.
 * @throws DecodeError and ProofError of `parseEvidenceFile`; ConfigError
 */
export const showEvidence = (path: string, output: Output): void => {
  const { bridgeId, misbehaviour, sets } = parseEvidenceFile(readJson(path));
  output.out(
    [
      ...describeMisbehaviour(misbehaviour),
      `Verified by the sets in the file: compare them with your own. Bridge 0x${toHex(bridgeId)}`,
      ...sets.diem.map(({ epoch }) => `  validators of epoch ${epoch}`),
      ...sets.relay.map(({ setId, authorities }) => `  ${authorities.length} authorities of set ${setId}`),
    ].join("\n"),
  );
};

/**
 * Hands a file in: the bridge pauses upon it.
 * @throws PdiemError `decision/other-bridge`; those of `showEvidence` and `askRelayer`
 */
export const submitEvidence = async (
  path: string,
  { config: file, api }: AskOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const evidence = parseEvidenceFile(readJson(path));
  checkBridge(config.bridge, evidence.bridgeId);
  await askRelayer(api ?? apiUrl(config), "/api/v1/decisions", decisionsView, {
    evidence: formatEvidenceFile(evidence),
  });
  output.out(describeMisbehaviour(evidence.misbehaviour).join("\n"));
};
