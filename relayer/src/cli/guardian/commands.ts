/** `pdiem guardian`: decisions made, read, signed, put together and handed in. */
import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/decision";
import {
  addSignature,
  type DecisionFile,
  formatDecisionFile,
  mergeDecisionFiles,
  proposeDecision,
} from "@pdiem/bridge-client/guardians/decision-file";
import { describeDecision } from "@pdiem/bridge-client/guardians/describe-decision";
import { type CurrentLedger, inForceAtFirst } from "@pdiem/bridge/governance/in-force";
import { isSignedBy } from "@pdiem/bridge/governance/signed-decision";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { decisionsView } from "../../api/decisions.js";
import { type Config, readConfig } from "../../config.js";
import { apiUrl, askRelayer } from "../api-client.js";
import type { AskOptions, Output } from "../output.js";
import { readDecision, readSeed, writeDecision, writeSeed } from "./files.js";
import { checkBridge, presentState } from "./present-state.js";

export interface ReadOptions extends AskOptions {
  /** Without a relayer: compared with the configuration. */
  readonly offline?: boolean;
}

export interface MakeOptions extends AskOptions {
  readonly out: string;
  readonly hours: number;
  readonly before: number;
}

const HOUR_MS = 3_600_000;

const inForceNow = async (config: Config, { api, offline }: ReadOptions): Promise<CurrentLedger> =>
  offline === true ? inForceAtFirst(config.bridge) : (await presentState(config.bridge, api ?? apiUrl(config))).current;

/** Decisions are valid for 24 h by the bridge's time, of which a relayer tells: it may make a guardian sign for one to come. */
const describeValidity = ({ decision: { until } }: DecisionFile): readonly string[] =>
  until <= BigInt(Date.now() + 25 * HOUR_MS)
    ? []
    : ["MORE THAN 24 h AHEAD by this machine's clock: it could lie in wait. Don't sign it unless the clock is wrong."];

const describe = ({ bridge }: Config, current: CurrentLedger, file: DecisionFile): readonly string[] => {
  const { keys, threshold } = current.guardians;
  const signers = file.signatures.map((signature) => {
    const isGuardian = keys.some((key) => equal(key, signature.guardian));
    const isValid = isSignedBy(file.bridgeId, file.decision, signature);
    const told = isValid ? (isGuardian ? "a guardian" : "NOT a guardian in force") : "INVALID";
    return `  0x${toHex(signature.guardian)} ${told}`;
  });
  return [
    ...describeDecision(file.decision, bridge, current),
    ...describeValidity(file),
    `Signed by ${file.signatures.length}, ${threshold} guardians have to:`,
    ...signers,
  ];
};

/** @throws as `presentState`, and as `action` does */
export const makeDecision = async (
  action: (current: CurrentLedger) => Action,
  { config: file, api, out, hours, before }: MakeOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const { decisions, time, current } = await presentState(config.bridge, api ?? apiUrl(config));
  const place = { decisions, before, until: time + BigInt(Math.floor(hours * HOUR_MS)) };
  const decision = proposeDecision(bridgeId(config.bridge), place, action(current));
  writeDecision(out, decision);
  output.out(describe(config, current, decision).join("\n"));
};

/** @throws PdiemError `decision/other-bridge`; as `readDecision` and `presentState` */
export const showDecision = async (path: string, options: ReadOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const file = readDecision(path);
  checkBridge(config.bridge, file.bridgeId);
  const text = describe(config, await inForceNow(config, options), file);
  output.out(options.json === true ? JSON.stringify({ text, file: formatDecisionFile(file) }) : text.join("\n"));
};

/** Shows what is signed, then signs it into the file. @throws as `showDecision` and `readSeed` */
export const signDecisionFile = async (
  path: string,
  options: ReadOptions & { readonly key: string },
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const file = readDecision(path);
  checkBridge(config.bridge, file.bridgeId);
  const signed = addSignature(file, readSeed(options.key));
  output.out(describe(config, await inForceNow(config, options), signed).join("\n"));
  writeDecision(path, signed);
};

/** @throws RefusedError `refused/another-decision`; ProofError `proof/guardian-signature` */
export const mergeDecisions = (out: string, paths: readonly string[], output: Output): void => {
  const [first, ...others] = paths.map(readDecision);
  if (first === undefined) throw new RangeError("expected at least one file");
  const merged = mergeDecisionFiles(first, ...others);
  writeDecision(out, merged);
  output.out(`${merged.signatures.length} signatures in ${out}`);
};

/** @throws as `askRelayer` and `readDecision` */
export const submitDecision = async (
  path: string,
  { config, api, json }: AskOptions,
  output: Output,
): Promise<void> => {
  const file = formatDecisionFile(readDecision(path));
  const view = await askRelayer(api ?? apiUrl(readConfig(config)), "/api/decisions", decisionsView, { file });
  const lines = view.pending.map(
    ({ text, signatures, threshold }) => `${signatures} of ${threshold}: ${text[1] ?? ""}`,
  );
  output.out(json === true ? JSON.stringify(view) : lines.join("\n"));
};

/** Makes a guardian's key. @throws ConfigError `config/unwritable` where the file is there already */
export const makeGuardianKey = (out: string, output: Output): void => {
  const seed = randomBytes(32);
  writeSeed(out, seed);
  output.out(`0x${toHex(publicKeyOf(seed))}`);
};
