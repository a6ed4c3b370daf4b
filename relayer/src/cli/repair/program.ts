import { MAX_NONCES } from "@pdiem/bridge/checkpoint/checkpoint";
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import type { Command } from "commander";
import { examples } from "../help.js";
import { bytes32, httpUrl, positive, several } from "../options.js";
import type { Output } from "../output.js";

/**
 * Adds `pdiem repair` with its commands.
 * @param configured gives a command the option of a configuration
 * @param asking gives a command the options of those that ask a relayer
 */
export const repairCommands = (
  pdiem: Command,
  configured: (command: Command) => Command,
  asking: (command: Command) => Command,
  output: Output,
): void => {
  const repair = pdiem
    .command("repair")
    .description("a lost share, given to a new enclave by as many others as sign, once guardians have decided it");
  const helping = (command: Command): Command =>
    configured(command)
      .option(
        "--helper <url>",
        "an enclave that helps, several times in the order of their slots; by default the configuration's",
        several(MAX_SLOTS, httpUrl),
      )
      .option("--json", "for scripts: one JSON value");
  helping(repair.command("propose"))
    .description("have all show evidence for each other, and verify it")
    .requiredOption("--slot <number>", "whose share was lost", positive)
    .requiredOption("--to <url>", "the enclave that is to get it: started without a configuration", httpUrl)
    .requiredOption("-o, --out <file>", "where to write what guardians decide")
    .addHelpText("after", examples("repair propose --slot 2 --to http://10.0.0.3:8091 -o repair.json -c relayer.json"))
    .action(async (options) => (await import("./propose.js")).proposeRepair(options, output));
  asking(repair.command("show"))
    .description("who gives the share to whom, and what vouches for each; fails where one of them is refused")
    .argument("<file>", "a repair")
    .addHelpText("after", examples("repair show repair.json -c relayer.json"))
    .option("--offline", "without a relayer: by the configuration and this machine's clock")
    .action(async (file, options) => {
      await (await import("./show.js")).showRepair(file, options, output);
    });
  helping(repair.command("nonce"))
    .description("what the guardians' checkpoint has to carry, once their decision is in force")
    .argument("<file>", "a repair")
    .addHelpText("after", examples("repair nonce repair.json -c relayer.json"))
    .action(async (file, options) => (await import("./run.js")).drawNonces(file, options, output));
  helping(repair.command("run"))
    .description("have the helpers give the share, and the new enclave take it")
    .argument("<file>", "a repair")
    .requiredOption("--to <url>", "the enclave that is to get it", httpUrl)
    .requiredOption("--checkpoint <file>", "signed by the guardians, with the nonces")
    .option(
      "--nonce <hex>",
      "where the checkpoint was signed with others, too, each of them in their order",
      several(MAX_NONCES, bytes32),
    )
    .addHelpText(
      "after",
      examples("repair run repair.json --to http://10.0.0.3:8091 --checkpoint cp.json -c relayer.json"),
    )
    .action(async (file, options) => (await import("./run.js")).runRepair(file, options, output));
};
