/** The token that commands show a relayer. */
import { readFileSync } from "node:fs";
import { ConfigError } from "../error.js";

const VARIABLE = "PDIEM_TOKEN_FILE";

let named: string | undefined;

/** Has requests show the token of a file; undefined for the one that the environment names. */
export const useTokenFile = (file: string | undefined): void => {
  named = file;
};

/**
 * Gives the header that shows the token; none where no file is named.
 * @throws ConfigError `config/token`
 */
export const authorization = (): Readonly<Record<string, string>> => {
  const file = named ?? process.env[VARIABLE];
  if (file === undefined || file === "") return {};
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("config/token", `expected a token in ${file}: ${reason}`, "never", { cause });
  }
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new ConfigError("config/token", `expected one token in ${file}, without spaces`, "never");
  return { authorization: `Bearer ${token}` };
};
