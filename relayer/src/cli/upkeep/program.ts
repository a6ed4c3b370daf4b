import { type Command, InvalidArgumentError } from "commander";
import { wholeNumber } from "../options.js";
import type { Output } from "../output.js";
import type { Range } from "./commands.js";

const range = (text: string): Range => {
  const [, first, last] = /^([0-9]{1,18})-([0-9]{1,18})$/.exec(text) ?? [];
  if (first === undefined || last === undefined || BigInt(first) > BigInt(last))
    throw new InvalidArgumentError("Expected a range such as 10-25, both ends in it.");
  return { first: BigInt(first), last: BigInt(last) };
};

const paged = (command: Command): Command =>
  command
    .option("--after <place>", "go on from a place where it was broken off, as that told", wholeNumber(0, 1e9))
    .option("--dry-run", "tell what would be done, and do nothing")
    .option("--by <name>", "who does it, for the log; by default your user's name");

const chosen = (command: Command): Command =>
  paged(
    command
      .argument("[id...]", "transfers, as pdiem status and the API name them, or such as release-5")
      .option("--deposits <range>", "by number, such as 10-25", range)
      .option("--releases <range>", "transfers that are paid on Diem, by their releases", range),
  );

const CLEAR = `
Looks again at the chains for transfers that are due and in no queue, and makes their jobs. What has a
job, or has ended, is left alone. Use it when something waits that no job tells of: jobs that somebody
removed, or that failed for good.

Example:
  $ pdiem clear --dry-run -c relayer.json`;

const REPLAY = `
Puts transfers through again from what the chains say of them: payments are proven anew, jobs made anew,
and what was held against them (failed batches, attempts put off) is forgotten, so that the next batch
tries them at once. A transfer that has ended ends again in the same way, at once. Nothing is ever paid
twice by it: the enclave alone decides what is signed, by the chains.

Example:
  $ pdiem replay deposit-17 -c relayer.json
  $ pdiem replay --deposits 100-160 --dry-run -c relayer.json`;

const REBUILD = `
Gives an emptied Redis the history of all transfers again: payments, hashes, and times by the chains' own
clocks. A relayer goes on without it, as it reads by itself what is due. Of those that have ended
as many come back as finished.keep says. Run it again, or with --after, where it was broken off.

Example:
  $ pdiem rebuild -c relayer.json`;

/**
 * Adds `pdiem clear`, `pdiem replay` and `pdiem rebuild`.
 * @param asking gives a command the options of those that ask a relayer
 */
export const upkeepCommands = (pdiem: Command, asking: (command: Command) => Command, output: Output): void => {
  chosen(asking(pdiem.command("clear")))
    .description("make the jobs of transfers that are due and in no queue; all, where none is named")
    .addHelpText("after", CLEAR)
    .action(async (ids, options) => (await import("./commands.js")).upkeepCommand("clear", ids, options, true, output));
  chosen(asking(pdiem.command("replay")))
    .option("--all", "all transfers that there are")
    .description("put transfers through again from their facts; harmless, and never pays twice")
    .addHelpText("after", REPLAY)
    .action(async (ids, options) =>
      (await import("./commands.js")).upkeepCommand("replay", ids, options, false, output),
    );
  paged(asking(pdiem.command("rebuild")))
    .description("every transfer's history from the chains into an emptied Redis")
    .addHelpText("after", REBUILD)
    .action(async (options) => (await import("./commands.js")).upkeepCommand("rebuild", [], options, true, output));
};
