/** Files that people hand to commands, and get of them. */
import { writeFileSync } from "node:fs";
import { ConfigError } from "../error.js";

export { readJson, readText } from "../json-file.js";

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
