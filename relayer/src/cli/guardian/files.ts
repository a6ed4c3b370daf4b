import { readFileSync, writeFileSync } from "node:fs";
import { type DecisionFile, formatDecisionFile, parseDecisionFile } from "@pdiem/bridge-client/guardians/decision-file";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { ConfigError } from "../../error.js";

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError("config/unreadable", `expected a file at ${path}: ${String(cause)}`, "never", { cause });
  }
};

/** @throws ConfigError `config/unreadable`, `config/not-json` */
export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(read(path));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ConfigError("config/not-json", `expected JSON in ${path}: ${cause.message}`, "never", { cause });
  }
};

const write = (path: string, text: string, options: { readonly mode: number; readonly flag: string }): void => {
  try {
    writeFileSync(path, text, options);
  } catch (cause) {
    throw new ConfigError("config/unwritable", `expected to write ${path}: ${String(cause)}`, "never", { cause });
  }
};

/** @throws ConfigError as `readJson`; DecodeError as `parseDecisionFile` */
export const readDecision = (path: string): DecisionFile => parseDecisionFile(readJson(path));

/** @throws ConfigError `config/unwritable` */
export const writeJson = (path: string, value: unknown): void =>
  write(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o644, flag: "w" });

export const writeDecision = (path: string, file: DecisionFile): void => writeJson(path, formatDecisionFile(file));

/** A guardian's key: 32 bytes of hex. @throws ConfigError `config/unreadable`, `config/key` */
export const readSeed = (path: string): Uint8Array => {
  const text = read(path).trim();
  try {
    return fromHex(text, 32);
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new ConfigError("config/key", `expected 64 hex digits in ${path}`, "never", { cause });
  }
};

/** Never over a file that is there, and for its owner's eyes alone. */
export const writeSeed = (path: string, seed: Uint8Array): void =>
  write(path, `${toHex(seed)}\n`, { mode: 0o600, flag: "wx" });
