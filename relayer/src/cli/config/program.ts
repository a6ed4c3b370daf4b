import { type Command, InvalidArgumentError } from "commander";
import { several } from "../options.js";
import type { Output } from "../output.js";

const MOST_CURRENCIES = 64;

const currencyCode = (text: string): string => {
  if (!/^[A-Z][A-Z0-9]{0,15}$/.test(text)) throw new InvalidArgumentError("Expected a code of Diem's, such as XUS.");
  return text;
};

/** Adds `pdiem config` with its commands. */
export const configCommands = (pdiem: Command, output: Output): void => {
  const config = pdiem.command("config").description("the relayer's configuration, with the bridge's in it");
  config
    .command("init")
    .description("write one to fill in: what is missing says where it comes from")
    .argument("<file>")
    .option("--currency <code>", "several times for several; XUS by default", several(MOST_CURRENCIES, currencyCode))
    .action(async (file: string, { currency = ["XUS"] }: { readonly currency?: readonly string[] }) =>
      (await import("./commands.js")).initConfig(file, currency, output),
    );
  config
    .command("check")
    .description("what is missing or wrong in one, or else the bridge's id")
    .argument("<file>")
    .action(async (file: string) => (await import("./commands.js")).checkConfig(file, output));
};
