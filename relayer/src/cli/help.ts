/** What every command's help has at its end. */
import type { Command } from "commander";

/** Writes examples, each without the program's name before it. */
export const examples = (...lines: readonly string[]): string =>
  ["", lines.length === 1 ? "Example:" : "Examples:", ...lines.map((line) => `  $ pdiem ${line}`)].join("\n");

const EXIT_CODES = "\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not yet: try later.";

const pathOf = (command: Command): readonly string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];

/**
 * Adds the exit codes to every command, and to groups of commands an example of how to go on. Run
 * it once all are there.
 */
export const completeHelp = (command: Command): void => {
  const [first] = command.commands;
  if (first !== undefined)
    command.addHelpText("after", examples([...pathOf(command), first.name(), "--help"].join(" ")));
  command.addHelpText("after", EXIT_CODES);
  for (const inner of command.commands) completeHelp(inner);
};
