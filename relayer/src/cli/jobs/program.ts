import { type Command, InvalidArgumentError } from "commander";
import { QUEUE_NAMES, queueName } from "../../views/jobs-view.js";
import { several, wholeNumber } from "../options.js";
import type { Output } from "../output.js";
import type { QueueName } from "./commands.js";

const queue = (text: string): QueueName => {
  const { data } = queueName.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError(`Expected one of ${QUEUE_NAMES.join(", ")}.`);
  return data;
};

const BY = ["--by <name>", "who does it, for those who find it so; by default your user's name"] as const;

/**
 * Adds `pdiem jobs` with its commands.
 * @param asking gives a command the options of those that ask a relayer
 */
export const jobCommands = (pdiem: Command, asking: (command: Command) => Command, output: Output): void => {
  const jobs = pdiem.command("jobs").description("what the queues hold, and what failed for good");
  asking(jobs.command("show", { isDefault: true }))
    .description("how many jobs each queue holds, and what failed for good, with reasons")
    .option("--queue <name>", "what failed in this queue alone", queue)
    .option("--limit <count>", "how many of those that failed are shown", wholeNumber(1, 1_000), 20)
    .addHelpText("after", "\nExample:\n  $ pdiem jobs -c relayer.json")
    .action(async (options) => (await import("./commands.js")).jobsCommand(options, output));
  asking(jobs.command("requeue"))
    .description("have what failed for good done again; what isn't due any more stays, and is told")
    .argument("[id]", "a job's")
    .option("--all", "all that failed in a queue")
    .option("--queue <name>", "the queue", queue)
    .option("--dry-run", "tell what would be done, and do nothing")
    .option(...BY)
    .addHelpText("after", "\nExample:\n  $ pdiem jobs requeue --all --queue deposit --dry-run -c relayer.json")
    .action(async (id, options) => (await import("./commands.js")).requeueCommand(id, options, output));
  asking(jobs.command("pause"))
    .description("hold queues up, for all relayers of their Redis. None is ready meanwhile: /readyz says who and why")
    .option("--queue <name...>", "those alone; by default all", several(QUEUE_NAMES.length, queue))
    .requiredOption("--why <text>", "told to whoever finds them paused")
    .option(...BY)
    .addHelpText("after", '\nExample:\n  $ pdiem jobs pause --queue payout --why "Diem is upgraded" -c relayer.json')
    .action(async (options) => (await import("./commands.js")).pauseCommand("pause", options, output));
  asking(jobs.command("resume"))
    .description("let queues go on, whoever paused them")
    .option("--queue <name...>", "those alone; by default all", several(QUEUE_NAMES.length, queue))
    .option(...BY)
    .addHelpText("after", "\nExample:\n  $ pdiem jobs resume -c relayer.json")
    .action(async (options) => (await import("./commands.js")).pauseCommand("resume", options, output));
};
