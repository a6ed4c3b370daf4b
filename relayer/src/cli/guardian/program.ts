import { type Command, InvalidArgumentError } from "commander";
import { showHandover } from "../handover/show.js";
import type { Output } from "../output.js";
import {
  type GuardiansOptions,
  guardiansAction,
  type LimitsOptions,
  limitsAction,
  measurementAction,
  profileAction,
} from "./actions.js";
import { checkpointCommands } from "./checkpoint/program.js";
import {
  type MakeOptions,
  makeDecision,
  makeGuardianKey,
  mergeDecisions,
  showDecision,
  signDecisionFile,
  submitDecision,
} from "./commands.js";

const amount = (text: string): bigint => {
  if (!/^[0-9]{1,20}$/.test(text)) throw new InvalidArgumentError("expected an amount in smallest units");
  return BigInt(text);
};

const count = (text: string): number => {
  if (!/^[0-9]{1,3}$/.test(text)) throw new InvalidArgumentError("expected a small whole number");
  return Number(text);
};

const hours = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 24)) throw new InvalidArgumentError("expected hours, 24 at most");
  return value;
};

/** @param asking gives a command the options of those that ask a relayer */
const makeCommands = (make: Command, asking: (command: Command) => Command, output: Output): void => {
  const decision = (command: Command): Command =>
    asking(command)
      .requiredOption("-o, --out <file>", "where to write the decision")
      .option("--hours <hours>", "how long a batch may take it up", hours, 24)
      .option("--before <count>", "decisions that the same batch takes up before it", count, 0);
  for (const [type, description] of [
    ["pause", "nothing but decisions is signed any more"],
    ["resume", "ends a pause, thaws what is frozen"],
    ["thaw", "thaws what is frozen, and pauses"],
  ] as const)
    decision(make.command(type))
      .description(description)
      .action((options: MakeOptions) => makeDecision(() => ({ type, value: undefined }), options, output));
  decision(make.command("limits"))
    .description("amounts of one currency; those left out stay as they are")
    .argument("<currency>", "such as XUS")
    .option("--minimum <amount>", "of a transfer", amount)
    .option("--maximum <amount>", "of a transfer", amount)
    .option("--mint <amount>", "minted in a window", amount)
    .option("--release <amount>", "released in a window", amount)
    .option("--refund <amount>", "refunded in a window", amount)
    .action((code: string, options: MakeOptions & LimitsOptions) =>
      makeDecision((current) => limitsAction(current, code, options), options, output),
    );
  decision(make.command("profile"))
    .description("a chain profile, for a runtime that moves calls")
    .argument("<profile>", "a shipped one's name, or 0x-hex of its encoding")
    .action((text: string, options: MakeOptions) => makeDecision(() => profileAction(text), options, output));
  decision(make.command("guardians"))
    .description("other guardians, with their account on the parachain")
    .requiredOption("--keys <keys...>", "Ed25519 public keys, hex")
    .requiredOption("--threshold <count>", "how many of them must sign", count)
    .requiredOption("--freezer <account>", "SS58 or hex")
    .action((options: MakeOptions & GuardiansOptions) => makeDecision(() => guardiansAction(options), options, output));
  decision(make.command("handover"))
    .description("the key, given to the enclave of a hand-over's file; it is shown and verified first")
    .argument("<hand-over>", "as pdiem handover propose writes it")
    .action(async (file: string, options: MakeOptions) => {
      const transcript = await showHandover(file, options, output);
      await makeDecision(() => ({ type: "handover", value: { transcript } }), options, output);
    });
  decision(make.command("measurement"))
    .description("code that may, or may no longer, be given the key")
    .argument("<rule>", "allow or retire", (text) => {
      if (text !== "allow" && text !== "retire") throw new InvalidArgumentError("expected allow or retire");
      return text;
    })
    .argument("<tee>", "sgx, tdx, sev-snp or simulated")
    .argument("<value>", "hex: MRENCLAVE; MRTD and RTMR0 to RTMR3; the launch measurement")
    .action((rule: string, tee: string, value: string, options: MakeOptions) =>
      makeDecision(() => measurementAction(tee, value, rule === "allow"), options, output),
    );
};

/** Adds `pdiem guardian` with its commands. */
export const guardianCommands = (pdiem: Command, asking: (command: Command) => Command, output: Output): void => {
  const guardian = pdiem
    .command("guardian")
    .description("decisions and checkpoints of the guardians: made, read, signed, handed in");
  const reading = (command: Command): Command =>
    asking(command).option("--offline", "without a relayer: compare with the configuration");
  makeCommands(guardian.command("make").description("make a decision, for guardians to sign"), asking, output);
  reading(guardian.command("show"))
    .description("what a decision does, and who has signed it")
    .argument("<file>")
    .action((file, options) => showDecision(file, options, output));
  reading(guardian.command("sign"))
    .description("show a decision and sign it, into the same file")
    .argument("<file>")
    .requiredOption("--key <file>", "the guardian's key: 64 hex digits")
    .action((file, options) => signDecisionFile(file, options, output));
  guardian
    .command("merge")
    .description("one file with the signatures of several")
    .argument("<out>")
    .argument("<files...>")
    .action((out: string, files: readonly string[]) => mergeDecisions(out, files, output));
  asking(guardian.command("submit"))
    .description("hand a decision in; the relayer puts signatures together and has it taken up")
    .argument("<file>")
    .action((file, options) => submitDecision(file, options, output));
  checkpointCommands(guardian, asking, output);
  guardian
    .command("key")
    .description("make a guardian's key, and print its public key")
    .argument("<out>")
    .action((out: string) => makeGuardianKey(out, output));
};
