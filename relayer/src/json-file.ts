/** Files that people write and hand over: JSON, with comments if they like. */
import { readFileSync, statSync } from "node:fs";
import stripJsonComments from "strip-json-comments";
import { ConfigError } from "./error.js";

/** Larger than any file that people hand over: the authorities of a relay chain take 100 kB. */
const MOST_BYTES = 64_000_000;

/** Reads a text. @throws ConfigError `config/unreadable`, also for a file of more than 64 MB */
export const readText = (path: string): string => {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new RangeError(`it has ${size} bytes, at most ${MOST_BYTES} are read`);
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("config/unreadable", `expected a file at ${path}: ${reason}`, "never", { cause });
  }
};

/**
 * Parses JSON in which comments and commas at the end count for nothing.
 * @throws SyntaxError of `JSON.parse`, with the place in the text
 */
export const parseJson = (text: string): unknown => JSON.parse(stripJsonComments(text, { trailingCommas: true }));

/** Reads a JSON value. @throws ConfigError `config/unreadable`, `config/not-json` */
export const readJson = (path: string): unknown => {
  try {
    return parseJson(readText(path));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ConfigError("config/not-json", `expected JSON in ${path}: ${cause.message}`, "never", { cause });
  }
};
