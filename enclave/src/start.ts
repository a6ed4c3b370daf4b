import { isMainThread, parentPort } from "node:worker_threads";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { createLog } from "./log.js";
import { parseOptions, usageText } from "./options.js";
import { type Running, run } from "./run.js";
import { openDoorThread, runDoorThread } from "./server/door-thread.js";
import type { Adapters, TeeChoice } from "./tee/adapters.js";

const log = createLog((line) => process.stdout.write(line));

const runAny = async (program: string, adapters: Adapters, choices: readonly TeeChoice[]): Promise<Running> => {
  const options = parseOptions(process.argv.slice(2), choices);
  const open = adapters[options.tee];
  if (open === undefined) throw new PdiemError("usage", `expected one of ${choices.join(", ")}, got ${options.tee}`);
  return run(options, await open(options.machine, options.simulatedAs), log, openDoorThread(program));
};

const startAny = async (program: string, adapters: Adapters, choices: readonly TeeChoice[]): Promise<void> => {
  if (process.argv.includes("--help")) {
    process.stdout.write(usageText(choices));
    return;
  }
  const { stop } = await runAny(program, adapters, choices);
  const end = (): void => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", end).once("SIGINT", end);
};

/**
 * Starts the enclave's process, by one of the ways to a TEE that it has. It prints one JSON line an
 * event on standard output; the one whose `event` is `listening` has the `url`. SIGTERM and SIGINT
 * stop it cleanly; `--help` prints the options. Exit codes: 0 stopped, 1 could not start, 2 wrong
 * usage.
 * @param program URL of the module that calls this: the door's thread starts with it, too
 */
export const start = (program: string, adapters: Adapters): void => {
  if (!isMainThread) {
    if (parentPort !== null) runDoorThread(parentPort);
    return;
  }
  // A supervisor that stops reading must not stop the bridge.
  process.stdout.on("error", () => undefined);
  const choices = (["sgx", "tdx", "sev-snp", "dstack", "simulated"] as const).filter((choice) => choice in adapters);
  startAny(program, adapters, choices).catch((error: unknown) => {
    const code = isPdiemError(error) ? error.code : "start";
    log("failed", { code, message: error instanceof Error ? error.message : String(error) });
    if (code === "usage") process.stderr.write(usageText(choices));
    process.exitCode = code === "usage" ? 2 : 1;
  });
};
