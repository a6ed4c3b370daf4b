/** `pdiem guardian`: decisions proposed, read, signed, put together and handed in. */
import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/action";
import { isSignedBy } from "@pdiem/bridge/governance/signed-decision";
import { takeDecision } from "@pdiem/bridge/governance/take-decision";
import {
  addSignature,
  type DecisionFile,
  formatDecisionFile,
  mergeDecisionFiles,
  proposeDecision,
  signersNeeded,
} from "@pdiem/bridge-client/guardians/decision-file";
import { describeDecision } from "@pdiem/bridge-client/guardians/describe-decision";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { type Config, readConfig } from "../../config.js";
import { decisionsView } from "../../views/decisions-view.js";
import { apiUrl, handToRelayer } from "../api-client.js";
import type { DryRunOptions } from "../dry-run.js";
import { showHandover } from "../handover/show.js";
import type { AskOptions, Output, ReadOptions } from "../output.js";
import { begun, checkBridge, inForceIn, type PresentState, presentState } from "../present-state.js";
import { showRepair } from "../repair/show.js";
import { handoverFileIn, type Present, parseAction, repairFileIn } from "./actions.js";
import { readDecision, readSeed, writeDecision, writeSeed } from "./files.js";
import { type SignerGroup, signerLines } from "./signer-lines.js";

export interface ProposeOptions extends AskOptions {
  readonly out: string;
  readonly hours: number;
}

const HOUR_MS = 3_600_000;

/**
 * What a decision is compared with: what a relayer tells, or offline what the configuration says.
 */
type Compared = Pick<PresentState, "governed"> & Partial<PresentState>;

const OFFLINE: Compared = { governed: undefined };

const comparedWith = ({ bridge, api }: Config, options: ReadOptions): Promise<Compared> | Compared =>
  options.offline === true ? OFFLINE : presentState(bridge, options.api ?? apiUrl({ api }));

/** A relayer that lies about the bridge's time may make a guardian sign for a time to come. */
const describeValidity = ({ decision: { until } }: DecisionFile): readonly string[] =>
  until <= BigInt(Date.now() + 25 * HOUR_MS)
    ? []
    : ["MORE THAN 24 h AHEAD by this machine's clock: it could lie in wait. Don't sign it unless the clock is wrong."];

const describePlace = ({ governed }: Compared, { decision }: DecisionFile): readonly string[] =>
  governed === undefined || equal(governed.ledger.governance, decision.governance)
    ? []
    : ["NOT ABOUT THE PRESENT STATE: another decision was taken since, no batch takes this one. Propose it anew."];

const describe = ({ bridge }: Config, compared: Compared, file: DecisionFile): readonly string[] => {
  const inForce = inForceIn(bridge, compared);
  const [present, ...brought] = signersNeeded(inForce.guardians, file.decision);
  const groups: readonly SignerGroup[] = [
    ...(present === undefined ? [] : [{ ...present, name: "a guardian in force" }]),
    ...brought.map((signers) => ({ ...signers, name: "one of the new guardians" })),
  ];
  return [
    ...describeDecision(file.decision, bridge, inForce, compared.supplies),
    ...describePlace(compared, file),
    ...describeValidity(file),
    ...signerLines(groups, file.signatures, (signature) => isSignedBy(file.bridgeId, file.decision, signature)),
  ];
};

const show = (text: readonly string[], file: DecisionFile, json: boolean | undefined, output: Output): void =>
  output.out(json === true ? JSON.stringify({ text, file: formatDecisionFile(file) }) : text.join("\n"));

const actionOf = async (present: Present, phrase: string, options: AskOptions, output: Output): Promise<Action> => {
  const repair = repairFileIn(phrase);
  if (repair !== undefined) return showRepair(repair, options, output);
  const file = handoverFileIn(phrase);
  if (file === undefined) return parseAction(present, phrase);
  return showHandover(file, options, output);
};

/**
 * Writes a decision of one action a phrase, for guardians to sign. What the bridge would refuse is
 * refused here.
 * @throws PdiemError `bridge/no-ledger`; those of `presentState`, `parseAction`, `showHandover`;
 * RefusedError of `takeDecision`
 */
export const proposeActions = async (
  phrases: readonly string[],
  options: ProposeOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const { bridge } = config;
  const state = await presentState(bridge, options.api ?? apiUrl(config));
  const { ledger, governance, inForce } = begun(state.governed);
  const actions: Action[] = [];
  for (const phrase of phrases) actions.push(await actionOf({ config: bridge, inForce }, phrase, options, output));
  const { supplies, isFrozen } = state;
  takeDecision(bridge, governance, { actions }, { active: ledger.active, isFrozen, supplies });
  const until = state.time + BigInt(Math.floor(options.hours * HOUR_MS));
  const file = proposeDecision(bridgeId(bridge), { governance, until }, ...actions);
  writeDecision(options.out, file);
  show(describe(config, state, file), file, options.json, output);
};

/**
 * Says what a decision does.
 * @throws PdiemError `decision/other-bridge`; those of `readDecision` and `presentState`
 */
export const showDecision = async (path: string, options: ReadOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const file = readDecision(path);
  checkBridge(config.bridge, file.bridgeId);
  show(describe(config, await comparedWith(config, options), file), file, options.json, output);
};

/**
 * Shows what is signed, then signs it into the file.
 * @throws what `showDecision` and `readSeed` throw
 */
export const signDecisionFile = async (
  path: string,
  options: ReadOptions & { readonly key: string },
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const file = readDecision(path);
  checkBridge(config.bridge, file.bridgeId);
  const signed = addSignature(file, readSeed(options.key));
  show(describe(config, await comparedWith(config, options), signed), signed, options.json, output);
  writeDecision(path, signed);
};

/**
 * Puts the signatures of several files about one decision together.
 * @throws RefusedError `refused/another-decision`; ProofError `proof/guardian-signature`
 */
export const mergeDecisions = (
  out: string,
  paths: readonly string[],
  { json }: { readonly json?: boolean },
  output: Output,
): void => {
  const [first, ...others] = paths.map(readDecision);
  if (first === undefined) throw new RangeError("expected at least one file");
  const merged = mergeDecisionFiles(first, ...others);
  writeDecision(out, merged);
  const signatures = merged.signatures.length;
  output.out(json === true ? JSON.stringify({ file: out, signatures }) : `${signatures} signatures in ${out}`);
};

/** Hands a decision in. @throws what `handToRelayer` and `readDecision` throw */
export const submitDecision = async (
  path: string,
  options: AskOptions & DryRunOptions,
  output: Output,
): Promise<void> => {
  const body = { file: formatDecisionFile(readDecision(path)) };
  const base = options.api ?? apiUrl(readConfig(options.config));
  const handing = { base, path: "/api/v1/decisions", what: "a decision", body, schema: decisionsView };
  const view = await handToRelayer(handing, options, output);
  if (view === undefined) return;
  const lines = view.pending.map(({ text, signatures, threshold, isComplete }) => {
    const state = isComplete ? "complete" : `${signatures} signatures, ${threshold} guardians in force have to`;
    return `${state}: ${text[1] ?? ""}`;
  });
  output.out(options.json === true ? JSON.stringify(view) : lines.join("\n"));
};

/**
 * Makes a guardian's key.
 * @throws ConfigError `config/unwritable` where the file is there already
 */
export const makeGuardianKey = (out: string, { json }: { readonly json?: boolean }, output: Output): void => {
  const seed = randomBytes(32);
  writeSeed(out, seed);
  const publicKey = `0x${toHex(publicKeyOf(seed))}`;
  output.out(json === true ? JSON.stringify({ file: out, publicKey }) : publicKey);
};
