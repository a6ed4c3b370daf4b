/** What guardians can decide, from the command line's words: a phrase an action. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { checkMeasurement } from "@pdiem/bridge/config/measurement";
import type { Action } from "@pdiem/bridge/governance/action";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import type { CurrencyLimits } from "@pdiem/bridge/governance/limits";
import { fromHex } from "@pdiem/light-client/bytes";
import { parseAccountId } from "../../account-id.js";
import { ConfigError } from "../../error.js";

/** What an action changes. */
export interface Present {
  readonly config: BridgeConfig;
  /** In force: what a phrase leaves out stays as it is. */
  readonly inForce: GovernanceState;
}

/** Phrases, and what they decide, for people. */
export const PHRASES: readonly (readonly [phrase: string, meaning: string])[] = [
  ["pause", "nothing but decisions is signed any more"],
  ["resume", "ends a pause"],
  ["thaw", "thaws what is frozen; without resume in the same decision, that pauses"],
  ["windows CURRENCY [mint=N] [release=N] [refund=N]", "amounts of whole windows, all lower or all higher than now"],
  ["bounds CURRENCY [minimum=N] [maximum=N]", "amounts of one transfer"],
  ["batch [calls=N] [bytes=N]", "what one batch may hold"],
  ["freezer ACCOUNT", "another Freezer of every asset, SS58 or hex"],
  ["amnesty on|off", "while on, settlements thaw any account that is asked for"],
  ["measurement allow|retire TEE HEX", "code that may, or may no longer, be given the key"],
  ["guardians threshold=N freezer=ACCOUNT KEY...", "other guardians, by their Ed25519 public keys in hex"],
  ["handover FILE", "the key or a share, to the enclave of a hand-over's file, which is shown and verified first"],
  ["repair FILE", "a lost share, to the enclave of a repair's file, which is shown and verified first"],
];

type Words = readonly string[];

const refuse = (message: string): never => {
  throw new ConfigError("config/action", message);
};

const amount = (name: string, text: string): bigint =>
  /^[0-9]{1,20}$/.test(text) ? BigInt(text) : refuse(`expected ${name} to be a whole number, got "${text}"`);

const isPair = (word: string): boolean => word.includes("=");

/** Reads `name=value` words, each of these names once at most. */
const pairsOf = (words: Words, names: Words): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  for (const word of words.filter(isPair)) {
    const at = word.indexOf("=");
    const name = word.slice(0, at);
    if (!names.includes(name) || pairs.has(name))
      refuse(`expected each of ${names.join(", ")} once at most, got "${word.slice(0, 80)}"`);
    pairs.set(name, word.slice(at + 1));
  }
  return pairs;
};

const amountsOf = <N extends string>(words: Words, now: Readonly<Record<N, bigint>>): Record<N, bigint> => {
  const changed = [...pairsOf(words, Object.keys(now))].map(([name, text]) => [name, amount(name, text)]);
  return { ...now, ...Object.fromEntries(changed) };
};

const limitsNow = ({ config, inForce }: Present, code: string): CurrencyLimits => {
  const codes = config.currencies.map((one) => one.code);
  const limits = inForce.limits.currencies[codes.indexOf(code)];
  return limits ?? refuse(`expected one of ${codes.join(", ")}, got "${code.slice(0, 40)}"`);
};

const only = (words: Words, count: number, phrase: string): void => {
  if (words.length !== count) refuse(`expected "${phrase}", got "${words.join(" ").slice(0, 200)}"`);
};

const bare =
  (type: "pause" | "resume" | "thaw") =>
  (_: Present, words: Words): Action => {
    only(words, 0, type);
    return { type, value: undefined };
  };

const windows = (present: Present, [currency = "", ...words]: Words): Action => {
  const { mint, release, refund } = limitsNow(present, currency);
  only(
    words.filter((word) => !isPair(word)),
    0,
    "windows CURRENCY [mint=N] [release=N] [refund=N]",
  );
  return { type: "windows", value: { currency, ...amountsOf(words, { mint, release, refund }) } };
};

const bounds = (present: Present, [currency = "", ...words]: Words): Action => {
  const { minimum, maximum } = limitsNow(present, currency);
  only(
    words.filter((word) => !isPair(word)),
    0,
    "bounds CURRENCY [minimum=N] [maximum=N]",
  );
  return { type: "bounds", value: { currency, ...amountsOf(words, { minimum, maximum }) } };
};

const batch = ({ inForce }: Present, words: Words): Action => {
  only(
    words.filter((word) => !isPair(word)),
    0,
    "batch [calls=N] [bytes=N]",
  );
  const { calls, bytes } = inForce.limits.batch;
  const changed = amountsOf(words, { calls: BigInt(calls), bytes: BigInt(bytes) });
  return { type: "batch", value: { calls: Number(changed.calls), bytes: Number(changed.bytes) } };
};

const freezer = (_: Present, words: Words): Action => {
  only(words, 1, "freezer ACCOUNT");
  return { type: "freezer", value: parseAccountId(words[0] ?? "") };
};

const amnesty = (_: Present, words: Words): Action => {
  const [state] = words;
  if (words.length !== 1 || (state !== "on" && state !== "off"))
    return refuse('expected "amnesty on" or "amnesty off"');
  return { type: "amnesty", value: state === "on" };
};

const measurementAction = (_: Present, words: Words): Action => {
  const [rule, tee = "", value = ""] = words;
  if (words.length !== 3 || (rule !== "allow" && rule !== "retire"))
    return refuse('expected "measurement allow|retire TEE HEX"');
  const measurement = { tee, value: fromHex(value) };
  checkMeasurement(measurement);
  return { type: "measurement", value: { measurement, isAllowed: rule === "allow" } };
};

const guardians = (_: Present, words: Words): Action => {
  const pairs = pairsOf(words, ["threshold", "freezer"]);
  const [threshold, account] = [pairs.get("threshold"), pairs.get("freezer")];
  const keys = words.filter((word) => !isPair(word));
  if (threshold === undefined || account === undefined || keys.length === 0)
    return refuse('expected "guardians threshold=N freezer=ACCOUNT KEY..."');
  return {
    type: "guardians",
    value: {
      keys: keys.map((key) => fromHex(key, 32)),
      threshold: Number(amount("threshold", threshold)),
      freezer: parseAccountId(account),
    },
  };
};

const PARSERS: ReadonlyMap<string, (present: Present, words: Words) => Action> = new Map(
  Object.entries({
    pause: bare("pause"),
    resume: bare("resume"),
    thaw: bare("thaw"),
    windows,
    bounds,
    batch,
    freezer,
    amnesty,
    measurement: measurementAction,
    guardians,
  }),
);

const HANDOVER = /^\s*handover\s+(\S.*?)\s*$/;
const REPAIR = /^\s*repair\s+(\S.*?)\s*$/;

/** Finds the hand-over's file in a phrase; undefined for any other phrase. */
export const handoverFileIn = (phrase: string): string | undefined => HANDOVER.exec(phrase)?.[1];

/** Finds the repair's file in a phrase; undefined for any other phrase. */
export const repairFileIn = (phrase: string): string | undefined => REPAIR.exec(phrase)?.[1];

/**
 * Reads a phrase of any action but a hand-over or repair.
 * @throws ConfigError `config/action`; DecodeError for keys and accounts; RefusedError of
 * `checkMeasurement`
 */
export const parseAction = (present: Present, phrase: string): Action => {
  const [name = "", ...words] = phrase.trim().split(/\s+/);
  const parse = PARSERS.get(name);
  return parse === undefined
    ? refuse(`expected one of ${[...PARSERS.keys()].join(", ")} handover or repair, got "${name.slice(0, 40)}"`)
    : parse(present, words);
};
