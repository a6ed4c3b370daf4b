import type { Command } from "commander";
import { DRY_RUN } from "../dry-run.js";
import { examples } from "../help.js";
import { bytes32, httpUrl } from "../options.js";
import type { Output } from "../output.js";

/**
 * Adds `pdiem custody` with its commands.
 * @param configured gives a command the option of a configuration
 */
export const custodyCommands = (pdiem: Command, configured: (command: Command) => Command, output: Output): void => {
  const custody = pdiem
    .command("custody")
    .description("the bridge's account on Diem: asked for, given to the enclave, checked");
  const rotating = (command: Command): Command =>
    configured(command)
      .option("--enclave <url>", "by default the configuration's", httpUrl)
      .option("--collateral <file>", "what its evidence is verified with, instead of asking the TEE's vendor")
      .option("--irrevocably", "do it; nobody can take it back")
      .option(...DRY_RUN)
      .option("--json", "for scripts: one JSON value");
  custody
    .command("key")
    .description("make the interim key that the account is created with, and print the account's address")
    .argument("<out>", "the file to write, for its owner's eyes alone")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("custody key interim.key"))
    .action(async (out: string, options: { readonly json?: boolean }) =>
      (await import("./interim-key.js")).makeInterimKey(out, options, output),
    );
  configured(custody.command("plan"))
    .description("what to ask Diem's treasury for, and every step after it")
    .option("--key <file>", "the interim key: 64 hex digits")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("custody plan --key interim.key -c relayer.json"))
    .option("--public-key <hex>", "the interim key's public half, where the key isn't here", bytes32)
    .action(async (options) => (await import("./plan-command.js")).custodyPlanCommand(options, output));
  rotating(custody.command("rotate"))
    .description("verify the enclave, add currencies that are missing, and rotate custody's key to the enclave's")
    .option("--key <file>", "the interim key: 64 hex digits")
    .addHelpText(
      "after",
      examples(
        "custody rotate --key interim.key --dry-run -c relayer.json",
        "custody rotate --key interim.key --irrevocably -c relayer.json",
      ),
    )
    .option("--out <file>", "write the transactions instead, for signatures made elsewhere")
    .action(async (options) => (await import("./rotate-command.js")).rotateCommand(options, output));
  rotating(custody.command("submit"))
    .description("submit what rotate has written, once it is signed")
    .argument("<file>", "what rotate --out has written, signed")
    .addHelpText("after", examples("custody submit rotation.json --irrevocably -c relayer.json"))
    .action(async (file, options) => (await import("./rotate-command.js")).submitCommand(file, options, output));
  configured(custody.command("check"))
    .description("prove that custody and its network are as the bridge needs them; fails where not")
    .addHelpText("after", examples("custody check -c relayer.json"))
    .option("--enclave-key <hex>", "by default the enclave is asked", bytes32)
    .option("--json", "for scripts: one JSON value")
    .action(async (options) => (await import("./check-command.js")).custodyCheckCommand(options, output));
};
