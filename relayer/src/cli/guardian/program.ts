import type { Command } from "commander";
import { DRY_RUN } from "../dry-run.js";
import { examples } from "../help.js";
import { hours } from "../options.js";
import type { Output } from "../output.js";
import { PHRASES } from "./actions.js";
import { checkpointCommands } from "./checkpoint/program.js";
import type { ProposeOptions } from "./commands.js";

const width = Math.max(...PHRASES.map(([phrase]) => phrase.length));
const PHRASES_HELP = [
  "",
  "Actions, each one argument in quotes, 8 at most, in one decision that is taken whole or not at all:",
  ...PHRASES.map(([phrase, meaning]) => `  ${phrase.padEnd(width)}  ${meaning}`),
].join("\n");

/**
 * Adds `pdiem guardian` with its commands.
 * @param asking gives a command the options of those that ask a relayer
 */
export const guardianCommands = (pdiem: Command, asking: (command: Command) => Command, output: Output): void => {
  const guardian = pdiem
    .command("guardian")
    .description("decisions and checkpoints of the guardians: proposed, read, signed, handed in");
  const reading = (command: Command): Command =>
    asking(command).option("--offline", "without a relayer: compare with the configuration");
  asking(guardian.command("propose"))
    .description("make a decision, for guardians to sign")
    .argument("<action...>", 'such as pause, or "windows XUS release=5000000"')
    .requiredOption("-o, --out <file>", "where to write the decision")
    .option("--hours <hours>", "how long a batch may take it", hours, 24)
    .addHelpText("after", PHRASES_HELP)
    .addHelpText("after", examples("guardian propose pause -o decision.json -c relayer.json"))
    .action(async (actions: readonly string[], options: ProposeOptions) =>
      (await import("./commands.js")).proposeActions(actions, options, output),
    );
  reading(guardian.command("show"))
    .description("what a decision does, and who has signed it")
    .argument("<file>", "a decision")
    .addHelpText("after", examples("guardian show decision.json -c relayer.json"))
    .action(async (file, options) => (await import("./commands.js")).showDecision(file, options, output));
  reading(guardian.command("sign"))
    .description("show a decision and sign it, into the same file")
    .argument("<file>", "a decision")
    .addHelpText("after", examples("guardian sign decision.json --key guardian.key -c relayer.json"))
    .requiredOption("--key <file>", "the guardian's key: 64 hex digits")
    .action(async (file, options) => (await import("./commands.js")).signDecisionFile(file, options, output));
  guardian
    .command("merge")
    .description("one file with the signatures of several")
    .argument("<out>", "the file to write")
    .argument("<files...>", "decisions, the same one in each")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("guardian merge decision.json one.json two.json"))
    .action(async (out: string, files: readonly string[], options: { readonly json?: boolean }) =>
      (await import("./commands.js")).mergeDecisions(out, files, options, output),
    );
  asking(guardian.command("submit"))
    .description("hand a decision in; the relayer puts signatures together and has a batch take it")
    .argument("<file>", "a decision, signed")
    .option(...DRY_RUN)
    .addHelpText("after", examples("guardian submit decision.json -c relayer.json"))
    .action(async (file, options) => (await import("./commands.js")).submitDecision(file, options, output));
  checkpointCommands(guardian, asking, output);
  guardian
    .command("key")
    .description("make a guardian's key, and print its public key")
    .argument("<out>", "the file to write, for its owner's eyes alone")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("guardian key guardian.key"))
    .action(async (out: string, options: { readonly json?: boolean }) =>
      (await import("./commands.js")).makeGuardianKey(out, options, output),
    );
};
