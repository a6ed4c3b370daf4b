import { Argument, type Command } from "commander";
import { examples } from "../help.js";
import type { Output } from "../output.js";
import { SHELLS, type Shell } from "./scripts.js";

/** Adds `pdiem completion`. It tells of whatever the program has once it runs. */
export const completionCommands = (pdiem: Command, output: Output): void => {
  pdiem
    .command("completion")
    .description("print a script by which a shell completes commands and options")
    .addHelpText("after", examples("completion bash > /etc/bash_completion.d/pdiem"))
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .action(async (shell: Shell) => {
      const [{ completionScript }, { completedCommands }] = await Promise.all([
        import("./scripts.js"),
        import("./tree.js"),
      ]);
      output.out(completionScript(shell, completedCommands(pdiem)));
    });
};
