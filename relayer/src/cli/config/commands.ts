/** `pdiem config init` and `check`. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import { skeletonConfig, unwrittenIn } from "../init/skeleton.js";
import { readJson, writeText } from "../json-file.js";
import type { Output } from "../output.js";

/**
 * Writes a configuration to fill in, never over a file that is there.
 * @throws ConfigError `config/unwritable`
 */
export const initConfig = (file: string, currencies: readonly string[], output: Output): void => {
  const config = skeletonConfig(currencies);
  writeText(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o644, flag: "wx" });
  for (const { field, how } of unwrittenIn(config)) output.err(`${field}: ${how}`);
  output.out(
    `${file}: ${unwrittenIn(config).length} values to write; read the others, too, docs/configuration.md has each`,
  );
};

/**
 * Says what is missing in a configuration, or which bridge it is.
 * @throws ConfigError `config/unwritten`, or of `readConfig`
 */
export const checkConfig = (file: string, output: Output): void => {
  const unwritten = unwrittenIn(readJson(file));
  for (const { field, how } of unwritten) output.err(`${field}: ${how}`);
  if (unwritten.length > 0)
    throw new ConfigError("config/unwritten", `${unwritten.length} values are still to be written in ${file}`);
  output.out(`bridge 0x${toHex(bridgeId(readConfig(file).bridge))}`);
};
