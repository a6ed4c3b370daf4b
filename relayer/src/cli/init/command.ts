/** `pdiem init`. */
import { chmodSync, existsSync } from "node:fs";
import { toHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { configFaults } from "../../config.js";
import { ConfigError } from "../../error.js";
import { makeInterimKey, readInterimKey } from "../custody/interim-key.js";
import { readJson, writeText } from "../json-file.js";
import type { Output } from "../output.js";
import type { Ask } from "../prompt.js";
import { attestationFor } from "./attestation-default.js";
import { BRIDGE_WORDS } from "./bridge-words.js";
import { commentedJson } from "./commented.js";
import { type Answers, interview } from "./interview.js";
import { QUESTIONS, type Question, readAnswers } from "./questions.js";
import { relayerWords } from "./relayer-words.js";
import { heldBy, skeletonConfig, TO_DO, unwrittenIn } from "./skeleton.js";
import { isObject, setIn, valueIn } from "./value-path.js";

/** Options as the command line gives them; those of `QUESTIONS` beside these. */
export interface InitOptions extends Readonly<Record<string, unknown>> {
  readonly currency?: readonly string[];
  /** Ids of the wrapped assets, in the order of the currencies. */
  readonly assetId?: readonly number[];
  /** What `pdiem relay-root --to` has written. */
  readonly relayRoot?: string;
  /** File of custody's interim key; made where it isn't there. */
  readonly interimKey?: string;
  readonly force?: boolean;
  /** Asks nothing: what the options don't say is left to be written. */
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** A configuration may have keys and passwords in its URLs. */
const MODE = 0o600;

const texts = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

/** Gives the name that Commander has for an option. */
export const optionName = (flag: string): string => flag.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

const givenAnswers = (options: InitOptions): Answers =>
  new Map(
    QUESTIONS.flatMap((question) => {
      const { success, data } = texts.safeParse(options[optionName(question.flag)]);
      return success ? [[question.flag, readAnswers(question, data)] as const] : [];
    }),
  );

/** What is written where nobody answers; undefined where that is still to be said. */
const presentIn =
  (skeleton: unknown) =>
  ({ path }: Question): string | undefined => {
    const value = valueIn(skeleton, path);
    const text = Array.isArray(value) ? value.join(" ") : value === undefined ? "" : String(value);
    return text === "" || isObject(value) || text.includes(TO_DO) ? undefined : text;
  };

const askedOf = async (
  options: InitOptions,
  skeleton: unknown,
  ask: Ask | undefined,
  output: Output,
): Promise<Answers> => {
  const given = givenAnswers(options);
  if (options.yes === true) return given;
  if (ask === undefined)
    throw new ConfigError("config/no-terminal", "expected somebody to ask: give --yes, and what is known as options");
  output.err("Empty answers leave a value to be written later; the file says where each comes from.");
  return interview(given, presentIn(skeleton), ask, output.err);
};

const root = z.looseObject({ relay: z.unknown(), rootsTime: z.string() });

/** Reads what `pdiem relay-root` has written. @throws ConfigError `config/relay-root` */
const relayRootOf = (file: string): z.output<typeof root> => {
  const { success, data } = root.safeParse(readJson(file));
  if (success) return data;
  throw new ConfigError(
    "config/relay-root",
    `expected relay and rootsTime in ${file}, as pdiem relay-root --to writes`,
  );
};

const custodyOf = (file: string, output: Output): string => {
  if (!existsSync(file)) makeInterimKey(file, {}, { ...output, out: output.err });
  const key = readInterimKey({ key: file });
  return `0x${toHex(key?.address ?? new Uint8Array())}`;
};

/** Puts everything that is said into the configuration to begin with. */
const assembled = (skeleton: unknown, answers: Answers, options: InitOptions, output: Output): unknown => {
  const { assetId = [], relayRoot, interimKey } = options;
  const placed: (readonly [readonly string[], unknown])[] = QUESTIONS.flatMap(({ flag, path }) =>
    answers.has(flag) ? [[path, answers.get(flag)] as const] : [],
  );
  for (const [i, id] of assetId.entries()) placed.push([["bridge", "currencies", `${i}`, "assetId"], id]);
  if (interimKey !== undefined) placed.push([["bridge", "diem", "custody"], custodyOf(interimKey, output)]);
  if (relayRoot !== undefined) {
    const { relay, rootsTime } = relayRootOf(relayRoot);
    placed.push([["bridge", "relay"], relay], [["bridge", "rootsTime"], rootsTime]);
  }
  const holders = z.array(z.object({ url: z.string() })).safeParse(answers.get("holder")).data;
  if (holders !== undefined) placed.push([["enclave"], { holders }], [["bridge", "holders"], heldBy(holders.length)]);
  const attestation = attestationFor(answers.get("measurement"));
  if (attestation !== undefined) placed.push([["bridge", "attestation"], attestation]);
  return placed.reduce((value, [path, inner]) => setIn(value, path, inner), skeleton);
};

const comments = new Map([
  ...relayerWords().map(({ field, meaning }) => [field, meaning] as const),
  ...BRIDGE_WORDS.map(({ field, meaning }) => [`bridge.${field}`, meaning] as const),
]);

/** @throws ConfigError `config/invalid`, with nothing written */
const refuseFaults = (config: unknown): void => {
  const faults = configFaults(config).map(({ field, text }) => `  ${field}: ${text}`);
  if (faults.length > 0)
    throw new ConfigError("config/invalid", `these answers make no configuration:\n${faults.join("\n")}`);
};

const write = (file: string, config: unknown, force: boolean): void => {
  if (!force && existsSync(file))
    throw new ConfigError("config/there", `${file} is there already: --force writes over it`);
  const text = commentedJson(config, (path) => comments.get(path)?.replaceAll("`", ""));
  writeText(file, text, { mode: MODE, flag: force ? "w" : "wx" });
  chmodSync(file, MODE);
};

const quoted = (file: string): string => (/^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`);

/** Says what to do next, in order. */
const nextSteps = (file: string, isWhole: boolean): readonly string[] => [
  ...(isWhole ? [] : [`write what is missing into ${file}; docs/operating.md goes through it`]),
  `npx pdiem check --offline -c ${quoted(file)}`,
  ...(isWhole ? [`npx pdiem check -c ${quoted(file)}`] : []),
];

/**
 * Writes a commented configuration, and says what is missing in it and what to do next.
 * @param ask left out where nobody is at the terminal
 * @throws ConfigError `config/there`, `config/no-terminal`, `config/relay-root`, `config/invalid`,
 * `config/unwritable`
 */
export const initCommand = async (
  file: string,
  options: InitOptions,
  output: Output,
  ask: Ask | undefined,
): Promise<void> => {
  const { currency = ["XUS"], force = false, json } = options;
  if (!force && existsSync(file))
    throw new ConfigError("config/there", `${file} is there already: --force writes over it`);
  const skeleton = skeletonConfig(currency);
  const config = assembled(skeleton, await askedOf(options, skeleton, ask, output), options, output);
  const unwritten = unwrittenIn(config);
  if (unwritten.length === 0) refuseFaults(config);
  write(file, config, force);
  const next = nextSteps(file, unwritten.length === 0);
  if (json === true) {
    output.out(JSON.stringify({ file, unwritten, next }));
    return;
  }
  output.out(`${file}: ${unwritten.length === 0 ? "a whole configuration" : `${unwritten.length} values to write`}`);
  for (const { field, how } of unwritten) output.out(`  ${field}: ${how}`);
  output.out(["Next:", ...next.map((step) => `  ${step}`)].join("\n"));
};
