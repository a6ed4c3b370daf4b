import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { STEPS, type Step } from "@pdiem/bridge-client/ceremony/steps";
import type { Command } from "commander";
import { examples } from "../help.js";
import { bytes32, httpUrl, timeOf, wholeNumber } from "../options.js";
import type { Output } from "../output.js";

const DOES: Readonly<Record<Step, string>> = {
  part: "have one slot's enclave begin, and show its part",
  roll: "show it all slots' parts: it gives evidence over them",
  boxes: "show it all slots' evidence: it verifies that, and boxes for each what it is to have",
  finish: "give it what is boxed for it: it makes and seals its share, and gives evidence as a holder",
  receipt: "show it all holders' evidence: genesis waits for that",
};

/**
 * Adds `pdiem ceremony` with its commands.
 * @param configured gives a command the option of a configuration
 */
export const ceremonyCommands = (pdiem: Command, configured: (command: Command) => Command, output: Output): void => {
  const ceremony = pdiem
    .command("ceremony")
    .description("make the key that several enclaves hold together, before genesis");
  const making = (command: Command): Command =>
    configured(command)
      .option("--checkpoint <file>", "signed by the guardians: where the configuration's roots are too old")
      .option("--json", "for scripts: one JSON value");
  making(ceremony.command("run"))
    .description("take all steps with all enclaves of the configuration; run again, it goes on")
    .argument("<file>", "where to keep what enclaves have shown so far")
    .requiredOption("--report <file>", "where to write what anyone can verify")
    .addHelpText("after", examples("ceremony run ceremony.json --report report.json -c relayer.json"))
    .action(async (file, options) => (await import("./run-command.js")).runCommand(file, options, output));
  for (const step of STEPS)
    making(ceremony.command(step))
      .description(`of one operator: ${DOES[step]}`)
      .argument("<file>", "the operator's own: what the enclave shows is added to it")
      .argument("[others...]", "what the other operators have sent")
      .requiredOption("--slot <number>", "the operator's, from 1 on", wholeNumber(1, MAX_SLOTS))
      .option("--enclave <url>", "by default the configuration's of that slot", httpUrl)
      .addHelpText(
        "after",
        examples(
          `ceremony ${step} mine.json ${step === "part" ? "" : "theirs-1.json theirs-3.json "}--slot 2 -c relayer.json`,
        ),
      )
      .action(async (file, others, options) =>
        (await import("./run-command.js")).stepCommand(step, file, others, options, output),
      );
  configured(ceremony.command("report"))
    .description("put the report together, once each operator's enclave has taken the receipts")
    .argument("<out>", "where to write what anyone can verify")
    .argument("<files...>", "those of all operators")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("ceremony report report.json mine.json theirs-1.json theirs-3.json -c relayer.json"))
    .action(async (out, files, options) =>
      (await import("./run-command.js")).reportCommand(out, files, options, output),
    );
  ceremony
    .command("verify")
    .description(
      "verify a report, offline: all slots' evidence, classes, threshold, one key; fails where it doesn't hold",
    )
    .argument("<report>", "JSON, as written")
    .option("--bridge <id>", "fail unless it is of the bridge of this id, 32 bytes of hex", bytes32)
    .option("--at <time>", "judge as of then, ISO 8601; by default as of now by this machine's clock", timeOf)
    .option("--json", "for scripts: one JSON value")
    .addHelpText(
      "after",
      examples("ceremony verify report.json", "ceremony verify report.json --at 2026-06-10T00:00:00Z"),
    )
    .action(async (file, options) => (await import("./verify-command.js")).verifyReportCommand(file, options, output));
};
