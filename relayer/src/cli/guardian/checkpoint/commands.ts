/**
 * `pdiem guardian checkpoint`: proposed from one's own nodes, read, signed, put together and handed
 * in.
 */
import { type Checkpoint, nonceListHash } from "@pdiem/bridge/checkpoint/checkpoint";
import { isCheckpointSignedBy } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import {
  addCheckpointSignature,
  type CheckpointFile,
  formatCheckpointFile,
  mergeCheckpointFiles,
  parseCheckpointFile,
  proposeCheckpoint,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { describeCheckpoint } from "@pdiem/bridge-client/guardians/describe-checkpoint";
import { ProofError } from "@pdiem/light-client/error";
import { type Config, readConfig } from "../../../config.js";
import type { SetOnTheWay } from "../../../sync/light-clients/ratchet-chains.js";
import { type CheckpointsView, checkpointsView } from "../../../views/checkpoints-view.js";
import { apiUrl, handToRelayer } from "../../api-client.js";
import type { DryRunOptions } from "../../dry-run.js";
import { readJson, writeJson } from "../../json-file.js";
import type { AskOptions, Output, ReadOptions } from "../../output.js";
import type { WalkAgainOptions } from "../../own-walk.js";
import { checkBridge, inForceIn, presentState } from "../../present-state.js";
import { readSeed } from "../files.js";
import { signerLines } from "../signer-lines.js";
import { checkStatement, type Observed, walkedTime } from "./check-statement.js";
import { expectedSigners } from "./expected-signers.js";
import { observe } from "./observe.js";

export interface ProposeCheckpointOptions extends ReadOptions, WalkAgainOptions, DryRunOptions {
  readonly json?: boolean;
  readonly out: string;
  /** Drawn by enclaves that are to hand the key over, in their order. */
  readonly nonce?: readonly Uint8Array[];
  /** Compared by the guardian; left out, the running one alone. */
  readonly specVersion?: readonly number[];
  /** File of the guardian's key, to sign at once. */
  readonly key?: string;
  /** Hand it in at once. */
  readonly submit?: boolean;
}

const readCheckpoint = (path: string): CheckpointFile => parseCheckpointFile(readJson(path));

const writeCheckpoint = (path: string, file: CheckpointFile): void => writeJson(path, formatCheckpointFile(file));

const NAMES = ["a guardian in force", "one of those whom a decided change brings"] as const;

const describe = ({ bridge }: Config, signers: Observed["signers"], file: CheckpointFile): readonly string[] => [
  ...describeCheckpoint(file.checkpoint, bridge),
  ...signerLines(
    signers.map((group, i) => ({ ...group, name: i === 0 ? NAMES[0] : NAMES[1] })),
    file.signatures,
    (signature) => isCheckpointSignedBy(file.bridgeId, file.checkpoint, signature),
  ),
];

const show = (text: readonly string[], file: CheckpointFile, json: boolean | undefined, output: Output): void =>
  output.out(json === true ? JSON.stringify({ text, file: formatCheckpointFile(file) }) : text.join("\n"));

const inForceOf = (ways: readonly SetOnTheWay[]): SetOnTheWay => {
  const last = ways.at(-1);
  if (last === undefined) throw new ProofError("proof/no-validators", "expected the chain's present set to be known");
  return last;
};

const checkpointOf = (
  { walked, signers, specVersion }: Observed,
  { nonce = [], specVersion: compared = [specVersion] }: ProposeCheckpointOptions,
): Checkpoint => {
  const [diem, relay] = [inForceOf(walked.diem), inForceOf(walked.relay)];
  return {
    diem: { epoch: diem.number, hash: diem.hash },
    relay: { setId: relay.number, hash: relay.hash },
    time: walkedTime(walked),
    nonces: nonce.length === 0 ? undefined : nonceListHash(nonce),
    specVersions: compared,
    signers,
  };
};

/**
 * Writes a checkpoint of what one's own light clients see now.
 * @throws what `observe`, `checkStatement`, `readSeed` and `readConfig` throw
 */
export const proposeOwnCheckpoint = async (options: ProposeCheckpointOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const seed = options.key === undefined ? undefined : readSeed(options.key);
  const observed = await observe(config, options, output);
  const checkpoint = checkpointOf(observed, options);
  checkStatement(config.bridge, observed, checkpoint);
  const proposed = proposeCheckpoint(bridgeId(config.bridge), checkpoint);
  const file = seed === undefined ? proposed : addCheckpointSignature(proposed, seed);
  show(describe(config, observed.signers, file), file, options.json, output);
  writeCheckpoint(options.out, file);
  if (options.submit === true) await submitCheckpoint(options.out, options, output);
};

/**
 * Says what a checkpoint states.
 * @throws PdiemError `decision/other-bridge`; what `presentState` throws
 */
export const showCheckpoint = async (path: string, options: ReadOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const file = readCheckpoint(path);
  checkBridge(config.bridge, file.bridgeId);
  const { bridge } = config;
  const state =
    options.offline === true ? { governed: undefined } : await presentState(bridge, options.api ?? apiUrl(config));
  show(describe(config, expectedSigners(inForceIn(bridge, state)), file), file, options.json, output);
};

/**
 * Shows what is to be signed and compares it with what light clients of one's own see. Then signs
 * it into the file.
 * @throws what `checkStatement`, `observe` and `readSeed` throw; PdiemError `decision/other-bridge`
 */
export const signCheckpointFile = async (
  path: string,
  options: ReadOptions & WalkAgainOptions & DryRunOptions & { readonly key: string; readonly submit?: boolean },
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const file = readCheckpoint(path);
  checkBridge(config.bridge, file.bridgeId);
  const seed = readSeed(options.key);
  output.err(describeCheckpoint(file.checkpoint, config.bridge).join("\n"));
  const observed = await observe(config, options, output);
  checkStatement(config.bridge, observed, file.checkpoint);
  const signed = addCheckpointSignature(file, seed);
  show(describe(config, observed.signers, signed), signed, options.json, output);
  writeCheckpoint(path, signed);
  if (options.submit === true) await submitCheckpoint(path, options, output);
};

/**
 * Puts the signatures of several files about one checkpoint together.
 * @throws RefusedError `refused/another-checkpoint`; ProofError `proof/guardian-signature`
 */
export const mergeCheckpoints = (
  out: string,
  paths: readonly string[],
  { json }: { readonly json?: boolean },
  output: Output,
): void => {
  const [first, ...others] = paths.map(readCheckpoint);
  if (first === undefined) throw new RangeError("expected at least one file");
  const merged = mergeCheckpointFiles(first, ...others);
  writeCheckpoint(out, merged);
  const signatures = merged.signatures.length;
  output.out(json === true ? JSON.stringify({ file: out, signatures }) : `${signatures} signatures in ${out}`);
};

const submitted = ({ checkpoints, term }: CheckpointsView): readonly string[] => [
  ...checkpoints.map(({ text, signatures, threshold, kept, refused }) => {
    const state = kept ? "the enclave's" : `${signatures} of ${threshold}`;
    return `${state}: ${text[0] ?? ""}${refused === undefined ? "" : ` (${refused})`}`;
  }),
  ...(term === undefined ? [] : [`The bridge's term ${term.text}.`]),
];

/** Hands a checkpoint in. @throws what `handToRelayer` and `parseCheckpointFile` throw */
export const submitCheckpoint = async (
  path: string,
  options: AskOptions & DryRunOptions,
  output: Output,
): Promise<void> => {
  const body = { file: formatCheckpointFile(readCheckpoint(path)) };
  const base = options.api ?? apiUrl(readConfig(options.config));
  const handing = { base, path: "/api/v1/checkpoints", what: "a checkpoint", body, schema: checkpointsView };
  const view = await handToRelayer(handing, options, output);
  if (view === undefined) return;
  output.out(options.json === true ? JSON.stringify(view) : submitted(view).join("\n"));
};
