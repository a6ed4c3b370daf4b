import { type Command, InvalidArgumentError } from "commander";
import { examples } from "../help.js";
import { several, wholeNumber } from "../options.js";
import type { Output } from "../output.js";
import type { InitOptions } from "./command.js";
import { QUESTIONS, type Question } from "./questions.js";

const MOST = 64;

const currencyCode = (text: string): string => {
  if (!/^[A-Z][A-Z0-9]{0,15}$/.test(text)) throw new InvalidArgumentError("Expected a code of Diem's, such as XUS.");
  return text;
};

/** Refuses at once what the question would refuse. */
const checked =
  ({ read }: Question) =>
  (text: string): string => {
    try {
      read(text);
      return text;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new InvalidArgumentError(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`);
    }
  };

/** Adds `pdiem init`: each of its questions is an option. */
export const initCommands = (pdiem: Command, output: Output): void => {
  const init = pdiem
    .command("init")
    .description(
      "write a commented configuration: asks at the terminal, or takes answers as options; then says what to do next",
    )
    .argument("[file]", "where to write it", "relayer.json")
    .option("--currency <code>", "several times for several; XUS by default", several(MOST, currencyCode))
    .option(
      "--asset-id <number>",
      "of the wrapped assets, in the currencies' order",
      several(MOST, wholeNumber(0, 0xffff_ffff)),
    )
    .option("--relay-root <file>", "what pdiem relay-root --to has written")
    .option("--interim-key <file>", "custody's key until the enclave has it; made there where it is missing")
    .option("--yes", "ask nothing: what no option says is left to be written")
    .option("--force", "write over a file that is there")
    .option("--json", "for scripts: one JSON value")
    .addHelpText(
      "after",
      examples("init relayer.json", "init relayer.json --yes --currency XUS --relay-root root.json"),
    );
  for (const question of QUESTIONS) {
    const { flag, text, isList = false } = question;
    if (isList) init.option(`--${flag} <value>`, `${text}; several times`, several(MOST, checked(question)));
    else init.option(`--${flag} <value>`, text, checked(question));
  }
  init.action(async (file: string, options: InitOptions) => {
    const [{ initCommand }, { askTerminal, isTerminal }] = await Promise.all([
      import("./command.js"),
      import("../prompt.js"),
    ]);
    await initCommand(file, options, output, isTerminal() ? askTerminal : undefined);
  });
};
