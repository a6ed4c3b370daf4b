/** What a shell may complete, read from the commands themselves. */
import type { Command, Option } from "commander";

/** An option's name, and what follows it. */
export interface Completable {
  readonly name: string;
  readonly text: string;
  /** What may follow; undefined where nothing does, none where it is a file's name or free text. */
  readonly values: readonly string[] | undefined;
}

/** One command, by the words that lead to it. */
export interface CompletedCommand {
  /** Such as `guardian checkpoint propose`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly text: string }[];
  readonly options: readonly Completable[];
}

/** Descriptions go into one line of a script. */
const inLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const optionOf = ({ long, short, description, required, optional, argChoices }: Option): Completable => ({
  name: long ?? short ?? "",
  text: inLine(description),
  values: required || optional ? (argChoices ?? []) : undefined,
});

const HELP: Completable = { name: "--help", text: "what the command does, with an example", values: undefined };

/** Lists a command and all below it. */
export const completedCommands = (command: Command, path = ""): readonly CompletedCommand[] => {
  const below = command.commands.map(
    (inner) => [inner, path === "" ? inner.name() : `${path} ${inner.name()}`] as const,
  );
  return [
    {
      path,
      commands: command.commands.map((inner) => ({ name: inner.name(), text: inLine(inner.description()) })),
      options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), HELP],
    },
    ...below.flatMap(([inner, place]) => completedCommands(inner, place)),
  ];
};
