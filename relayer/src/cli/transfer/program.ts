import { type Command, InvalidArgumentError } from "commander";
import { positive, wholeNumber } from "../options.js";
import type { Output } from "../output.js";
import { STATES } from "./search.js";

const KINDS = ["deposit", "withdrawal"] as const;

const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected one of ${words.join(", ")}.`);
    return found;
  };

/**
 * Adds `pdiem transfer` with its commands.
 * @param asking gives a command the options of those that ask a relayer
 */
export const transferCommands = (pdiem: Command, asking: (command: Command) => Command, output: Output): void => {
  const transfer = pdiem
    .command("transfer")
    .description("transfers: listed, found by anything that names them, followed");
  asking(transfer.command("list"))
    .description("open transfers, then the newest that ended: amounts, states, and what each waits for")
    .option("--state <state>", `${STATES.join(", ")}; waiting is for something out of the ordinary`, oneOf(STATES))
    .option("--kind <kind>", KINDS.join(", "), oneOf(KINDS))
    .option("--currency <code>", "such as XUS")
    .option("--search <text>", "an account, address, hash, number, version, block or release")
    .option("--limit <count>", "how many are shown", wholeNumber(1, 1_000), 20)
    .addHelpText("after", "\nExample:\n  $ pdiem transfer list --state waiting --currency XUS -c relayer.json")
    .action(async (options) => (await import("./commands.js")).listCommand(options, output));
  asking(transfer.command("show"))
    .description("all that is known of a transfer")
    .argument("<name>", "its id, or an account, address, hash, number, version, block, or release such as release-5")
    .addHelpText("after", "\nExample:\n  $ pdiem transfer show deposit-17 -c relayer.json")
    .action(async (name, options) => (await import("./commands.js")).showCommand(name, options, output));
  asking(transfer.command("follow"))
    .description("a transfer's states as they come, until it is done; a lost connection is made again")
    .argument("<name>", "as for show; an id may be that of one still to come")
    .option("--timeout <seconds>", "how long to wait", positive, 3_600)
    .addHelpText("after", "\nWith --json, a line each. Example:\n  $ pdiem transfer follow deposit-17 -c relayer.json")
    .action(async (name, options) => (await import("./commands.js")).followCommand(name, options, output));
};
