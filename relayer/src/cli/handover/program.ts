import { MAX_NONCES } from "@pdiem/bridge/checkpoint/checkpoint";
import type { Command } from "commander";
import { examples } from "../help.js";
import { bytes32, httpUrl, several } from "../options.js";
import type { Output } from "../output.js";

/**
 * Adds `pdiem handover` with its commands.
 * @param configured gives a command the option of a configuration
 * @param asking gives a command the options of those that ask a relayer
 */
export const handoverCommands = (
  pdiem: Command,
  configured: (command: Command) => Command,
  asking: (command: Command) => Command,
  output: Output,
): void => {
  const handover = pdiem
    .command("handover")
    .description("the key, given by the enclave that holds it to another one, once guardians have decided it");
  const giving = (command: Command): Command =>
    configured(command)
      .option("--from <url>", "the enclave that holds the key; by default the configuration's", httpUrl)
      .option("--json", "for scripts: one JSON value");
  const between = (command: Command): Command =>
    giving(command).requiredOption(
      "--to <url>",
      "the enclave that is to get it: started without a configuration",
      httpUrl,
    );
  between(handover.command("propose"))
    .description("have both enclaves show evidence for each other, and verify it")
    .requiredOption("-o, --out <file>", "where to write what guardians decide")
    .addHelpText("after", examples("handover propose --to http://10.0.0.3:8091 -o handover.json -c relayer.json"))
    .action(async (options) => (await import("./propose.js")).proposeHandover(options, output));
  asking(handover.command("show"))
    .description("who gives the key to whom, and what vouches for each; fails where one of them is refused")
    .argument("<file>", "a hand-over")
    .addHelpText("after", examples("handover show handover.json -c relayer.json"))
    .option("--offline", "without a relayer: by the configuration and this machine's clock")
    .action(async (file, options) => {
      await (await import("./show.js")).showHandover(file, options, output);
    });
  giving(handover.command("nonce"))
    .description("what the guardians' checkpoint has to carry, once their decision is in force")
    .argument("<file>", "a hand-over")
    .addHelpText("after", examples("handover nonce handover.json -c relayer.json"))
    .action(async (file, options) => (await import("./nonce.js")).drawNonce(file, options, output));
  between(handover.command("release"))
    .description("have the key released and accepted")
    .argument("<file>", "a hand-over")
    .addHelpText(
      "after",
      examples("handover release handover.json --to http://10.0.0.3:8091 --checkpoint cp.json -c relayer.json"),
    )
    .requiredOption("--checkpoint <file>", "signed by the guardians, with the nonce")
    .option(
      "--nonce <hex>",
      "where the checkpoint was signed with several, each of them in their order",
      several(MAX_NONCES, bytes32),
    )
    .action(async (file, options) => (await import("./release.js")).releaseHandover(file, options, output));
  between(handover.command("receipt"))
    .description("before genesis: show the first enclave that the other one holds the key")
    .argument("<file>", "a hand-over")
    .addHelpText("after", examples("handover receipt handover.json --to http://10.0.0.3:8091 -c relayer.json"))
    .action(async (file, options) => (await import("./receipt.js")).giveReceipt(file, options, output));
};
