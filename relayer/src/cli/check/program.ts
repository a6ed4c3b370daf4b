import type { Command } from "commander";
import { examples } from "../help.js";
import { positive } from "../options.js";
import type { Output } from "../output.js";
import type { CheckOptions } from "./command.js";

const TIMEOUT_S = 30;

/**
 * Adds `pdiem check`.
 * @param configured gives a command the option of a configuration
 */
export const checkCommands = (pdiem: Command, configured: (command: Command) => Command, output: Output): void => {
  configured(pdiem.command("check"))
    .description(
      "look at all that a relayer rests on: configuration, machine, Redis, nodes, enclave, custody, assets, checkpoint. Each fault with its cure",
    )
    .option("--offline", "this machine and the configuration alone: nobody is asked")
    .option("--fix", "mend what is safe: folders, permissions, and with your consent Redis' maxmemory-policy")
    .option("--yes", "agree to whatever --fix would ask about")
    .option("--timeout <seconds>", "what each check may take", positive, TIMEOUT_S)
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("check -c relayer.json", "check -c relayer.json --offline --fix"))
    .action(async (options: CheckOptions) => {
      const [{ checkCommand }, { confirm }] = await Promise.all([import("./command.js"), import("../prompt.js")]);
      await checkCommand(options, (text) => confirm(`Do it? ${text}`), output);
    });
};
