/** Files that people hand to commands, and get of them. */
import { readFileSync, writeFileSync } from "node:fs";
import { ConfigError } from "../error.js";

/** Reads a text. @throws ConfigError `config/unreadable` */
export const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError("config/unreadable", `expected a file at ${path}: ${String(cause)}`, "never", { cause });
  }
};

/** Reads a JSON value. @throws ConfigError `config/unreadable`, `config/not-json` */
export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readText(path));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ConfigError("config/not-json", `expected JSON in ${path}: ${cause.message}`, "never", { cause });
  }
};

/** Writes a text. @throws ConfigError `config/unwritable` */
export const writeText = (
  path: string,
  text: string,
  options: { readonly mode: number; readonly flag: "w" | "wx" },
): void => {
  try {
    writeFileSync(path, text, options);
  } catch (cause) {
    throw new ConfigError("config/unwritable", `expected to write ${path}: ${String(cause)}`, "never", { cause });
  }
};

/** Writes a JSON value that everybody may read. @throws ConfigError `config/unwritable` */
export const writeJson = (path: string, value: unknown): void =>
  writeText(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o644, flag: "w" });
