/** `pdiem guardian checkpoint`: made from one's own nodes, read, signed, put together and handed in. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { checkpointOf } from "@pdiem/bridge/checkpoint/checkpoint";
import {
  addCheckpointSignature,
  type CheckpointFile,
  formatCheckpointFile,
  mergeCheckpointFiles,
  parseCheckpointFile,
  proposeCheckpoint,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { describeCheckpoint } from "@pdiem/bridge-client/guardians/describe-checkpoint";
import { isCheckpointSignedBy } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { type Succession, succession, verifySuccession } from "@pdiem/bridge/checkpoint/succession";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { type CheckpointsView, checkpointsView } from "../../../api/checkpoints.js";
import { createClients } from "../../../clients.js";
import { type Config, readConfig } from "../../../config.js";
import { apiUrl, askRelayer } from "../../api-client.js";
import type { AskOptions, Output } from "../../output.js";
import { ownWalk, type WalkAgainOptions } from "../../own-walk.js";
import { readJson, readSeed, writeJson } from "../files.js";
import { checkBridge } from "../present-state.js";
import { checkStatement, walkedTime } from "./check-statement.js";

export interface MakeCheckpointOptions extends AskOptions, WalkAgainOptions {
  readonly out: string;
  readonly nonce?: Uint8Array;
  /** File of the guardian's key, to sign at once. */
  readonly key?: string;
  /** Without a relayer: for the configuration's own guardians. */
  readonly offline?: boolean;
}

const readCheckpoint = (path: string): CheckpointFile => parseCheckpointFile(readJson(path));

const writeCheckpoint = (path: string, file: CheckpointFile): void => writeJson(path, formatCheckpointFile(file));

const describe = ({ bridge }: Config, file: CheckpointFile): readonly string[] => {
  const { keys, threshold } = verifySuccession(bridge, file.succession);
  const signers = file.signatures.map((signature) => {
    const isGuardian = keys.some((key) => equal(key, signature.guardian));
    const isValid = isCheckpointSignedBy(file.bridgeId, file.checkpoint, signature);
    const told = isValid ? (isGuardian ? "a guardian" : "NOT a guardian") : "INVALID";
    return `  0x${toHex(signature.guardian)} ${told}`;
  });
  const since = file.succession.at(-1)?.decision.number;
  return [
    ...describeCheckpoint(file.checkpoint, bridge),
    `Signed by ${file.signatures.length}, ${threshold} guardians have to${since === undefined ? "" : ` (those since decision ${since})`}:`,
    ...signers,
  ];
};

const show = (config: Config, file: CheckpointFile, json: boolean | undefined, output: Output): void => {
  const text = describe(config, file);
  output.out(json === true ? JSON.stringify({ text, file: formatCheckpointFile(file) }) : text.join("\n"));
};

/** A relayer can keep it back, which shows as signatures of nobody in force, but not make one up. */
const presentSuccession = async (config: Config, api: string | undefined): Promise<Succession> => {
  const view = await askRelayer(api ?? apiUrl(config), "/api/checkpoints", checkpointsView);
  checkBridge(config.bridge, fromHex(view.bridgeId, 32));
  const steps = decode(succession, fromHex(view.succession));
  verifySuccession(config.bridge, steps);
  return steps;
};

/** @throws as `ownWalk`, `askRelayer`, `verifySuccession`, `readSeed` and `readConfig` */
export const makeCheckpoint = async (
  { config: file, api, json, out, nonce, key, offline, fromRoots = false }: MakeCheckpointOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const seed = key === undefined ? undefined : readSeed(key);
  const steps = offline === true ? [] : await presentSuccession(config, api);
  const walked = await ownWalk(config, createClients(config), { fromRoots }, output);
  const checkpoint = checkpointOf(walked.heads, walkedTime(walked), nonce);
  if (checkpoint === undefined) throw new ProofError("proof/no-validators", "expected Diem's validators to be known");
  const made = proposeCheckpoint(bridgeId(config.bridge), checkpoint, steps);
  const signed = seed === undefined ? made : addCheckpointSignature(made, seed);
  show(config, signed, json, output);
  writeCheckpoint(out, signed);
};

/** @throws PdiemError `decision/other-bridge`; as `parseCheckpointFile`, `verifySuccession` and `readConfig` */
export const showCheckpoint = (path: string, options: AskOptions, output: Output): void => {
  const config = readConfig(options.config);
  const file = readCheckpoint(path);
  checkBridge(config.bridge, file.bridgeId);
  show(config, file, options.json, output);
};

/**
 * Shows what is to be signed, compares it with what light clients of one's own see, then signs it into the file.
 * @throws as `showCheckpoint`, `checkStatement`, `ownWalk` and `readSeed`
 */
export const signCheckpointFile = async (
  path: string,
  options: AskOptions & WalkAgainOptions & { readonly key: string },
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const file = readCheckpoint(path);
  checkBridge(config.bridge, file.bridgeId);
  const seed = readSeed(options.key);
  output.err(describeCheckpoint(file.checkpoint, config.bridge).join("\n"));
  const walked = await ownWalk(config, createClients(config), options, output);
  checkStatement(config.bridge, walked, file.checkpoint);
  const signed = addCheckpointSignature(file, seed);
  show(config, signed, options.json, output);
  writeCheckpoint(path, signed);
};

/** @throws RefusedError `refused/another-checkpoint`; ProofError `proof/guardian-signature` */
export const mergeCheckpoints = (out: string, paths: readonly string[], output: Output): void => {
  const [first, ...others] = paths.map(readCheckpoint);
  if (first === undefined) throw new RangeError("expected at least one file");
  const merged = mergeCheckpointFiles(first, ...others);
  writeCheckpoint(out, merged);
  output.out(`${merged.signatures.length} signatures in ${out}`);
};

const submitted = ({ checkpoints, term }: CheckpointsView): readonly string[] => [
  ...checkpoints.map(({ text, signatures, threshold, kept, refused }) => {
    const state = kept ? "the enclave's" : `${signatures} of ${threshold}`;
    return `${state}: ${text[0] ?? ""}${refused === undefined ? "" : ` (${refused})`}`;
  }),
  ...(term === undefined ? [] : [`The bridge's term ${term.text}.`]),
];

/** @throws as `askRelayer` and `parseCheckpointFile` */
export const submitCheckpoint = async (
  path: string,
  { config, api, json }: AskOptions,
  output: Output,
): Promise<void> => {
  const file = formatCheckpointFile(readCheckpoint(path));
  const view = await askRelayer(api ?? apiUrl(readConfig(config)), "/api/checkpoints", checkpointsView, { file });
  output.out(json === true ? JSON.stringify(view) : submitted(view).join("\n"));
};
