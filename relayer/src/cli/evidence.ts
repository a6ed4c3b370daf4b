import {
  describeMisbehaviour,
  formatEvidenceFile,
  parseEvidenceFile,
} from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import { readConfig } from "../config.js";
import { decisionsView } from "../views/decisions-view.js";
import { apiUrl, handToRelayer } from "./api-client.js";
import type { DryRunOptions } from "./dry-run.js";
import { readJson } from "./json-file.js";
import type { AskOptions, Output } from "./output.js";
import { checkBridge } from "./present-state.js";

/**
 * Verifies a file by the sets that it names, and says what it proves of them.
 * @throws DecodeError and ProofError of `parseEvidenceFile`; ConfigError
 */
export const showEvidence = (path: string, { json }: { readonly json?: boolean }, output: Output): void => {
  const { bridgeId, misbehaviour, sets } = parseEvidenceFile(readJson(path));
  const id = `0x${toHex(bridgeId)}`;
  const text = describeMisbehaviour(misbehaviour);
  if (json === true) {
    const epochs = sets.diem.map(({ epoch }) => epoch.toString());
    const setIds = sets.relay.map(({ setId }) => setId.toString());
    output.out(JSON.stringify({ bridgeId: id, text, epochs, setIds }));
    return;
  }
  output.out(
    [
      ...text,
      `Verified by the sets in the file: compare them with your own. Bridge ${id}`,
      ...sets.diem.map(({ epoch }) => `  validators of epoch ${epoch}`),
      ...sets.relay.map(({ setId, authorities }) => `  ${authorities.length} authorities of set ${setId}`),
    ].join("\n"),
  );
};

/**
 * Hands a file in: the bridge pauses upon it.
 * @throws PdiemError `decision/other-bridge`; those of `showEvidence` and `handToRelayer`
 */
export const submitEvidence = async (
  path: string,
  options: AskOptions & DryRunOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const evidence = parseEvidenceFile(readJson(path));
  checkBridge(config.bridge, evidence.bridgeId);
  const base = options.api ?? apiUrl(config);
  const body = { evidence: formatEvidenceFile(evidence) };
  const handing = { base, path: "/api/v1/decisions", what: "evidence", body, schema: decisionsView };
  const view = await handToRelayer(handing, options, output);
  if (view === undefined) return;
  output.out(options.json === true ? JSON.stringify(view) : describeMisbehaviour(evidence.misbehaviour).join("\n"));
};
