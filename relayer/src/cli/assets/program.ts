import { type Command, Option } from "commander";
import { DRY_RUN } from "../dry-run.js";
import { examples } from "../help.js";
import { httpUrl, smallestUnits, wholeNumber } from "../options.js";
import type { Output } from "../output.js";
import { SCHEMES } from "./schemes.js";

/**
 * Adds `pdiem assets` with its commands.
 * @param configured gives a command the option of a configuration
 */
export const assetCommands = (pdiem: Command, configured: (command: Command) => Command, output: Output): void => {
  const assets = pdiem
    .command("assets")
    .description("the wrapped assets: planned, made, given to the enclave, checked");
  const json = (command: Command): Command => command.option("--json", "for scripts: one JSON value");
  const planning = (command: Command): Command =>
    json(configured(command))
      .option("--key <file>", "the sender's key: a secret phrase, a 0x-hex seed, or a secret URI")
      .addOption(new Option("--scheme <scheme>", "what kind of key").choices(SCHEMES).default(SCHEMES[0]))
      .option(
        "--sender <account>",
        "whoever makes the assets, SS58 or hex: where the key isn't here, such as a multisig",
      )
      .option("--issuer <account>", "the enclave's key, which you have verified; by default the enclave is asked")
      .option(
        "--fund <amount>",
        "what the issuer is to have, in smallest units; by default reserve + genesisCost, which pays for no batch",
        smallestUnits,
      )
      .option("--name <text>", "of the assets; {code} stands for Diem's code", "pDiem {code}")
      .option("--symbol <text>", "of the assets", "p{code}")
      .option("--decimals <number>", "of the assets; by default what Diem's nodes say", wholeNumber(0, 36));
  planning(assets.command("plan"))
    .description("what is to be done, in order, and what it costs; the configuration needn't be finished")
    .addHelpText("after", examples("assets plan --sender 5GrwvaEF… -c relayer.json"))
    .action(async (options) => (await import("./commands.js")).planCommand(options, output));
  planning(assets.command("create"))
    .description("do it, or print the calls to sign elsewhere; run again, it goes on where it was")
    .option(...DRY_RUN)
    .addHelpText("after", examples("assets create --key operator.key --dry-run -c relayer.json"))
    .option("--at-once", "sign one call that does all that is due, or nothing")
    .option("--enclave <url>", "by default the configuration's", httpUrl)
    .option("--collateral <file>", "what the enclave's evidence is verified with, instead of asking the TEE's vendor")
    .action(async (options) => (await import("./commands.js")).createCommand(options, output));
  json(configured(assets.command("check")))
    .description("prove that assets, roles, metadata and funding are as the bridge needs them; fails where not")
    .option("--issuer <account>", "the enclave's key; by default the enclave is asked")
    .addHelpText("after", examples("assets check -c relayer.json"))
    .option("--unproven", "take a node's word, where the light client can't be fed")
    .action(async (options) => (await import("./check-command.js")).assetCheckCommand(options, output));
};
