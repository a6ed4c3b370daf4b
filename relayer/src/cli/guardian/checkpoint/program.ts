import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { type Command, InvalidArgumentError } from "commander";
import type { AskOptions, Output } from "../../output.js";
import { FROM_ROOTS } from "../../own-walk.js";
import {
  type MakeCheckpointOptions,
  makeCheckpoint,
  mergeCheckpoints,
  showCheckpoint,
  signCheckpointFile,
  submitCheckpoint,
} from "./commands.js";

const nonce = (text: string): Uint8Array => {
  try {
    return fromHex(text, 32);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    throw new InvalidArgumentError("expected 32 bytes of hex");
  }
};

/** Adds `pdiem guardian checkpoint` with its commands. @param asking gives a command the options of those that ask a relayer */
export const checkpointCommands = (guardian: Command, asking: (command: Command) => Command, output: Output): void => {
  const checkpoint = guardian
    .command("checkpoint")
    .description("which sets vouch for both chains, signed every few days: without, the bridge stops after 14 days");
  asking(checkpoint.command("make"))
    .description(
      "make one from your own nodes: light clients run from the configuration's roots of trust, or where you left off",
    )
    .requiredOption("-o, --out <file>", "where to write it")
    .option("--key <file>", "sign it at once: 64 hex digits")
    .option("--nonce <hex>", "32 bytes that an enclave has drawn, for a hand-over of the key", nonce)
    .option("--offline", "without a relayer: where the guardians are still those of the configuration")
    .option(...FROM_ROOTS)
    .action((options: MakeCheckpointOptions) => makeCheckpoint(options, output));
  asking(checkpoint.command("show"))
    .description("what one says, and who has signed it")
    .argument("<file>")
    .action((file: string, options: AskOptions) => showCheckpoint(file, options, output));
  asking(checkpoint.command("sign"))
    .description("show one, compare it with what your own nodes show, and sign it into the same file")
    .argument("<file>")
    .requiredOption("--key <file>", "the guardian's key: 64 hex digits")
    .option(...FROM_ROOTS)
    .action((file, options) => signCheckpointFile(file, options, output));
  checkpoint
    .command("merge")
    .description("one file with the signatures of several")
    .argument("<out>")
    .argument("<files...>")
    .action((out: string, files: readonly string[]) => mergeCheckpoints(out, files, output));
  asking(checkpoint.command("submit"))
    .description("hand one in; the relayer puts signatures together and gives it to the enclave")
    .argument("<file>")
    .action((file, options) => submitCheckpoint(file, options, output));
};
