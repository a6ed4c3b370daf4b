import { type DecisionFile, formatDecisionFile, parseDecisionFile } from "@pdiem/bridge-client/guardians/decision-file";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { ConfigError } from "../../error.js";
import { readJson, readText, writeJson, writeText } from "../json-file.js";

/**
 * Reads a decision.
 * @throws ConfigError of `readJson`; DecodeError of `parseDecisionFile`
 */
export const readDecision = (path: string): DecisionFile => parseDecisionFile(readJson(path));

/** Writes a decision. @throws ConfigError `config/unwritable` */
export const writeDecision = (path: string, file: DecisionFile): void => writeJson(path, formatDecisionFile(file));

/**
 * Reads a guardian's key: 32 bytes of hex.
 * @throws ConfigError `config/unreadable`, `config/key`
 */
export const readSeed = (path: string): Uint8Array => {
  const text = readText(path).trim();
  try {
    return fromHex(text, 32);
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new ConfigError("config/key", `expected 64 hex digits in ${path}`, "never", { cause });
  }
};

/**
 * Writes a key for its owner's eyes alone, never over a file that is there.
 * @throws ConfigError `config/unwritable`
 */
export const writeSeed = (path: string, seed: Uint8Array): void =>
  writeText(path, `${toHex(seed)}\n`, { mode: 0o600, flag: "wx" });
