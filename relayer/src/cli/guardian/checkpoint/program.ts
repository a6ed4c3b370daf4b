import { MAX_NONCES, MAX_SPEC_VERSIONS } from "@pdiem/bridge/checkpoint/checkpoint";
import type { Command } from "commander";
import { DRY_RUN } from "../../dry-run.js";
import { examples } from "../../help.js";
import { bytes32, FROM_ROOTS, several, specVersion } from "../../options.js";
import type { Output } from "../../output.js";
import type { ProposeCheckpointOptions } from "./commands.js";

const SUBMIT = ["--submit", "hand it in at once"] as const;
const OFFLINE = ["--offline", "without a relayer: where guardians are those of the configuration"] as const;

/**
 * Adds `pdiem guardian checkpoint` with its commands.
 * @param asking gives a command the options of those that ask a relayer
 */
export const checkpointCommands = (guardian: Command, asking: (command: Command) => Command, output: Output): void => {
  const checkpoint = guardian
    .command("checkpoint")
    .description("which sets vouch for both chains, signed every few days: without, the bridge stops after 14 days");
  asking(checkpoint.command("propose"))
    .description(
      "make one from your own nodes: light clients run from the configuration's roots of trust, or where you left off",
    )
    .requiredOption("-o, --out <file>", "where to write it")
    .option("--key <file>", "sign it at once: 64 hex digits")
    .option(
      "--spec-version <version>",
      "a runtime that you have compared; several times for several, the running one by default",
      several(MAX_SPEC_VERSIONS, specVersion),
    )
    .option(
      "--nonce <hex>",
      "32 bytes that an enclave has drawn, for a hand-over of the key; several times for several",
      several(MAX_NONCES, bytes32),
    )
    .option(...SUBMIT)
    .option(...DRY_RUN)
    .option(...OFFLINE)
    .option(...FROM_ROOTS)
    .addHelpText("after", examples("guardian checkpoint propose --key guardian.key -o cp.json -c own.json"))
    .action(async (options: ProposeCheckpointOptions) =>
      (await import("./commands.js")).proposeOwnCheckpoint(options, output),
    );
  asking(checkpoint.command("show"))
    .description("what one says, and who has signed it")
    .argument("<file>", "a checkpoint")
    .option(...OFFLINE)
    .addHelpText("after", examples("guardian checkpoint show cp.json -c own.json"))
    .action(async (file, options) => (await import("./commands.js")).showCheckpoint(file, options, output));
  asking(checkpoint.command("sign"))
    .description("show one, compare it with what your own nodes show, and sign it into the same file")
    .argument("<file>", "a checkpoint")
    .requiredOption("--key <file>", "the guardian's key: 64 hex digits")
    .addHelpText("after", examples("guardian checkpoint sign cp.json --key guardian.key --submit -c own.json"))
    .option(...DRY_RUN)
    .option(...SUBMIT)
    .option(...OFFLINE)
    .option(...FROM_ROOTS)
    .action(async (file, options) => (await import("./commands.js")).signCheckpointFile(file, options, output));
  checkpoint
    .command("merge")
    .description("one file with the signatures of several")
    .argument("<out>", "the file to write")
    .argument("<files...>", "checkpoints, the same one in each")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("guardian checkpoint merge cp.json one.json two.json"))
    .action(async (out: string, files: readonly string[], options: { readonly json?: boolean }) =>
      (await import("./commands.js")).mergeCheckpoints(out, files, options, output),
    );
  asking(checkpoint.command("submit"))
    .description("hand one in; the relayer puts signatures together and gives it to the enclave")
    .argument("<file>", "a checkpoint, signed")
    .option(...DRY_RUN)
    .addHelpText("after", examples("guardian checkpoint submit cp.json --dry-run -c own.json"))
    .action(async (file, options) => (await import("./commands.js")).submitCheckpoint(file, options, output));
};
