import { readFileSync } from "node:fs";
import { isPdiemError } from "@pdiem/light-client/error";
import { Command, CommanderError } from "commander";
import { z } from "zod";
import type { StartOptions } from "../relayer.js";
import { assetCommands } from "./assets/program.js";
import { backupCommands } from "./backup/program.js";
import { ceremonyCommands } from "./ceremony/program.js";
import { checkCommands } from "./check/program.js";
import { completionCommands } from "./completion/program.js";
import { custodyCommands } from "./custody/program.js";
import { DRY_RUN } from "./dry-run.js";
import { EXIT, exitCodeOf } from "./exit-code.js";
import { guardianCommands } from "./guardian/program.js";
import { handoverCommands } from "./handover/program.js";
import { completeHelp, examples } from "./help.js";
import { initCommands } from "./init/program.js";
import { jobCommands } from "./jobs/program.js";
import { FROM_ROOTS, httpUrl, positive, several } from "./options.js";
import type { Output } from "./output.js";
import { repairCommands } from "./repair/program.js";
import { runtimeCommands } from "./runtime/program.js";
import { useTokenFile } from "./token.js";
import { transferCommands } from "./transfer/program.js";
import { upkeepCommands } from "./upkeep/program.js";

const STOP_MS = 20_000;
const LINGER_MS = 500;
/** Nodes that a root is checked against. */
const MOST_CHECKED = 16;

const untilSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });

const start = async ({ config: file, ...options }: StartOptions & { readonly config: string }): Promise<void> => {
  const [{ readConfig }, { captureConsole, createLog }, { startRelayer }] = await Promise.all([
    import("../config.js"),
    import("../log.js"),
    import("../relayer.js"),
  ]);
  const config = readConfig(file);
  const log = createLog(config.log.level);
  captureConsole(log);
  const relayer = await startRelayer(config, log, options);
  log.info({ signal: await untilSignal() }, "stopping");
  const late = setTimeout(() => process.exit(EXIT.failed), STOP_MS);
  await relayer.stop();
  clearTimeout(late);
  // Whatever a lost connection still waits for keeps nobody from starting another relayer.
  setTimeout(() => process.exit(EXIT.ok), LINGER_MS).unref();
};

/** Reads the package's version: it stands two folders above this file, compiled or not. */
const version = (): string => {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
};

// Each command is imported when it runs: what one needs, the others needn't wait for.
/** Makes the command `pdiem` with all that are below it. */
export const program = (output: Output): Command => {
  const pdiem = new Command("pdiem")
    .description(
      "Relays transfers between a Diem ledger and a Polkadot parachain. Untrusted: it can delay, never steal.",
    )
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    })
    .showHelpAfterError("(--help tells more)");
  const configured = (command: Command): Command =>
    command.requiredOption("-c, --config <file>", "the relayer's configuration, JSON");
  const asking = (command: Command): Command =>
    configured(command)
      .option("--api <url>", "a running relayer; by default the one of the configuration", httpUrl)
      .option("--json", "for scripts: one JSON value")
      .option("--token-file <file>", "a token of the relayer's, for what needs one; or PDIEM_TOKEN_FILE names it")
      .hook("preAction", (_, running) => useTokenFile(running.opts<{ tokenFile?: string }>().tokenFile));
  configured(pdiem.command("start"))
    .description("follow both chains, settle transfers, serve the API and the dashboards")
    .option(...FROM_ROOTS)
    .addHelpText("after", examples("start -c relayer.json"))
    .action(start);
  asking(pdiem.command("status"))
    .description("how far both chains and the bridge are, and what waits")
    .addHelpText("after", examples("status -c relayer.json", "status -c relayer.json --json"))
    .action(async (options) => (await import("./status.js")).statusCommand(options, output));
  asking(pdiem.command("deposit-address"))
    .description("a Diem address that pays a parachain account: registers it, waits, and checks the proof here")
    .argument("<account>", "SS58, or 32 bytes of hex")
    .addHelpText("after", examples("deposit-address 5GrwvaEF… -c relayer.json"))
    .option("--raw", "the 32 bytes and the metadata instead, for wallets that can set it; nothing is registered")
    .option("--timeout <seconds>", "how long to wait for the registration", positive, 300)
    .action(async (account, options) =>
      (await import("./deposit-address.js")).depositAddressCommand(account, options, output),
    );
  asking(pdiem.command("withdraw-address"))
    .description("the parachain account that pays a Diem address whatever wrapped asset is sent to it")
    .argument("<address>", "DIP-5, or 16 bytes of hex")
    .addHelpText("after", examples("withdraw-address dm1p… --refund 5GrwvaEF… -c relayer.json"))
    .requiredOption("--refund <account>", "SS58 or hex: who gets on the parachain what can't be paid, or comes back")
    .action(async (address, options) =>
      (await import("./withdraw-address.js")).withdrawAddressCommand(address, options, output),
    );
  asking(pdiem.command("reserves"))
    .description("whether custody covers all that is owed, proven here from both chains; fails where it doesn't")
    .option(...FROM_ROOTS)
    .addHelpText("after", examples("reserves -c relayer.json"))
    .action(async (options) => (await import("./reserves.js")).reservesCommand(options, output));
  asking(pdiem.command("verify-enclave"))
    .description(
      "whether the bridge's key is in a genuine enclave with admitted code, and both chains obey it; fails where not",
    )
    .addHelpText(
      "after",
      examples("verify-enclave -c relayer.json", "verify-enclave --enclave http://127.0.0.1:8091 -c relayer.json"),
    )
    .option("--enclave <url>", "ask the enclave itself instead of a relayer", httpUrl)
    .option(...FROM_ROOTS)
    .option("--collateral <file>", "what the evidence is verified with, JSON, instead of asking the TEE's vendor")
    .action(async (options) => (await import("./verify-enclave/command.js")).verifyEnclaveCommand(options, output));
  pdiem
    .command("verify-proof")
    .description("check a file that the portal has given, offline: a bridge's proofs, or those of one transfer")
    .argument("<file>", "JSON, as downloaded")
    .addHelpText("after", examples("verify-proof transfer.json"))
    .option("--bridge <id>", "fail unless they are of the bridge of this id, 32 bytes of hex")
    .option("--json", "for scripts: one JSON value")
    .action(async (file: string, options) =>
      (await import("./verify-proof.js")).verifyProofCommand(file, options, output),
    );
  asking(pdiem.command("claim-fees"))
    .description("have the next batch mint accrued fees to the bridge's fee account")
    .argument("<currency...>", "codes, such as XUS")
    .option(...DRY_RUN)
    .addHelpText("after", examples("claim-fees XUS --dry-run -c relayer.json"))
    .action(async (currencies, options) =>
      (await import("./claim-fees.js")).claimFeesCommand(currencies, options, output),
    );
  pdiem
    .command("encode-config")
    .description("write a bridge's configuration as an enclave reads it")
    .argument("<file>", "the bridge's configuration, or a relayer's with it, JSON")
    .argument("<to>", "the file to write")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("encode-config relayer.json bridge.bcs"))
    .action(async (file: string, to: string, options: { readonly json?: boolean }) =>
      (await import("./encode-config.js")).encodeConfigCommand(file, to, options, output),
    );
  pdiem
    .command("relay-root")
    .description("write the relay chain's part of a bridge's configuration, checked against several nodes")
    .option("--spec <file>", "begin at a chain specification's lightSyncState, or that alone, JSON")
    .option("--node <url>", "follow this node's finality from there to now; without --spec, begin at its word", httpUrl)
    .option("--check <url...>", "nodes that must agree, of different people", several(MOST_CHECKED, httpUrl))
    .option("--to <file>", "the file to write, instead of the output")
    .option("--json", "for scripts: one JSON value, also where a file is written")
    .addHelpText(
      "after",
      examples("relay-root --spec polkadot.json --node http://mine:9944 --check https://one https://another"),
    )
    .option("--timeout <seconds>", "how long a node may take to get above the root's block", positive, 60)
    .action(async (options) => (await import("./relay-root/command.js")).relayRootCommand(options, output));
  asking(pdiem.command("thaw"))
    .description("during an amnesty: have a settlement thaw an account that somebody froze")
    .argument("<account>", "SS58, or 32 bytes of hex")
    .argument("<currency>", "a code, such as XUS")
    .option(...DRY_RUN)
    .addHelpText("after", examples("thaw 5GrwvaEF… XUS -c relayer.json"))
    .action(async (account, currency, options) =>
      (await import("./thaw.js")).thawCommand(account, currency, options, output),
    );
  checkCommands(pdiem, configured, output);
  initCommands(pdiem, output);
  completionCommands(pdiem, output);
  assetCommands(pdiem, configured, output);
  custodyCommands(pdiem, configured, output);
  guardianCommands(pdiem, asking, output);
  ceremonyCommands(pdiem, configured, output);
  handoverCommands(pdiem, configured, asking, output);
  repairCommands(pdiem, configured, asking, output);
  runtimeCommands(pdiem, output);
  transferCommands(pdiem, asking, output);
  jobCommands(pdiem, asking, output);
  backupCommands(pdiem, configured, output);
  upkeepCommands(pdiem, asking, output);
  const evidence = pdiem.command("evidence").description("evidence that validators or authorities misbehaved");
  evidence
    .command("show")
    .description("verify a file and say what it proves")
    .argument("<file>", "evidence")
    .option("--json", "for scripts: one JSON value")
    .addHelpText("after", examples("evidence show evidence.json"))
    .action(async (file: string, options: { readonly json?: boolean }) =>
      (await import("./evidence.js")).showEvidence(file, options, output),
    );
  asking(evidence.command("submit"))
    .description("hand a file in: the bridge pauses upon it")
    .argument("<file>", "evidence")
    .option(...DRY_RUN)
    .addHelpText("after", examples("evidence submit evidence.json -c relayer.json"))
    .action(async (file, options) => (await import("./evidence.js")).submitEvidence(file, options, output));
  completeHelp(pdiem);
  return pdiem;
};

/**
 * Runs one command.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 not yet: try later
 */
export const runCli = async (
  args: readonly string[],
  output: Output = {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  },
): Promise<number> => {
  try {
    await program(output).parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (isPdiemError(error)) output.err(`${error.code}: ${error.message}`);
    else output.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return exitCodeOf(error);
  }
};
