import { type CeremonyRecord, holdersOf } from "@pdiem/bridge-client/ceremony/record";
import { formatReport, reportOf } from "@pdiem/bridge-client/ceremony/report";
import { runCeremony } from "@pdiem/bridge-client/ceremony/run";
import type { Step } from "@pdiem/bridge-client/ceremony/steps";
import { type Config, readConfig } from "../../config.js";
import { enclaveAt, holderDoors } from "../../enclave-door.js";
import { ConfigError } from "../../error.js";
import { readJson, writeJson } from "../json-file.js";
import type { Output } from "../output.js";
import { keepRecord, readRecords } from "./files.js";
import { ceremonyServices } from "./services.js";
import { keyJson, keyLines, stepText } from "./told.js";

export interface CeremonyOptions {
  readonly config: string;
  /** Signed by guardians, where the configuration's roots are too old. */
  readonly checkpoint?: string;
  readonly json?: boolean;
}

const drive = (
  config: Config,
  { checkpoint }: CeremonyOptions,
  urls: ReadonlyMap<number, string>,
  file: string,
  output: Output,
  upTo?: Step,
) => ({
  config: config.bridge,
  services: ceremonyServices(config, checkpoint, output),
  enclaves: new Map([...urls].map(([slot, url]) => [slot, enclaveAt(url, config)])),
  keep: (record: CeremonyRecord) => keepRecord(file, record),
  tell: (step: Step, slot: number) => output.err(stepText(config.bridge, step, slot)),
  ...(upTo === undefined ? {} : { upTo }),
});

const writeReport = (
  config: Config,
  record: CeremonyRecord,
  path: string,
  { json }: Pick<CeremonyOptions, "json">,
  output: Output,
): void => {
  const report = reportOf(config.bridge, record);
  writeJson(path, formatReport(report));
  output.out(
    json === true
      ? JSON.stringify({ ...keyJson(report), report: path })
      : [...keyLines(report), `In ${path} is what anyone can verify: pdiem ceremony verify ${path}`].join("\n"),
  );
};

/**
 * Makes a key with all enclaves of the configuration. Stopped anywhere, it can be run again with
 * the same file.
 * @throws ConfigError; PdiemError and EnclaveError of `runCeremony`
 */
export const runCommand = async (
  file: string,
  options: CeremonyOptions & { readonly report: string },
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  holdersOf(config.bridge);
  const urls = new Map(holderDoors(config.enclave).map(({ url }, i) => [i + 1, url]));
  const from = readRecords(config.bridge, file, []);
  const record = await runCeremony(drive(config, options, urls, file, output), from);
  writeReport(config, record, options.report, options, output);
};

export interface StepOptions extends CeremonyOptions {
  readonly slot: number;
  /** By default the configuration's of the slot. */
  readonly enclave?: string;
}

const urlOf = (config: Config, { slot, enclave }: StepOptions): string => {
  const { slots } = holdersOf(config.bridge);
  const url = enclave ?? holderDoors(config.enclave)[slot - 1]?.url;
  if (slot <= slots.length && url !== undefined) return url;
  throw new ConfigError("config/slot", `expected a slot from 1 to ${slots.length}, got ${slot}`);
};

/**
 * Takes one step of one slot, with what is in the files of all operators.
 * @param file the operator's own, which what is shown is added to
 * @throws ConfigError; PdiemError and EnclaveError of `runCeremony`
 */
export const stepCommand = async (
  step: Step,
  file: string,
  others: readonly string[],
  options: StepOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const urls = new Map([[options.slot, urlOf(config, options)]]);
  const from = readRecords(config.bridge, file, others);
  const record = await runCeremony(drive(config, options, urls, file, output, step), from);
  await keepRecord(file, record);
  const { slot } = options;
  output.out(
    options.json === true
      ? JSON.stringify({ slot, step, file })
      : `${stepText(config.bridge, step, slot)}: send ${file} to the other operators`,
  );
};

/**
 * Puts the report together of all operators' files, once each has taken the receipts.
 * @throws ConfigError; PdiemError of `readRecords` and `reportOf`
 */
export const reportCommand = async (
  out: string,
  files: readonly string[],
  options: CeremonyOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(options.config);
  const [first = "", ...others] = files;
  readJson(first);
  writeReport(config, readRecords(config.bridge, first, others), out, options, output);
};
