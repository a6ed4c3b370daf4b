/**
 * The enclave's process. Prints one JSON line an event on standard output; the one whose `event` is `listening` has the
 * `url`. SIGTERM and SIGINT stop it cleanly. Exit codes: 0 stopped, 1 could not start, 2 wrong usage.
 */
import { isPdiemError } from "@pdiem/light-client/error";
import { createLog } from "./log.js";
import { parseOptions, USAGE } from "./options.js";
import { run } from "./run.js";

const log = createLog((line) => process.stdout.write(line));
// A supervisor that stops reading must not stop the bridge.
process.stdout.on("error", () => undefined);

const start = async (): Promise<void> => {
  const { stop } = await run(parseOptions(process.argv.slice(2)), log);
  const end = (): void => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", end).once("SIGINT", end);
};

start().catch((error: unknown) => {
  const code = isPdiemError(error) ? error.code : "start";
  log("failed", { code, message: error instanceof Error ? error.message : String(error) });
  if (code === "usage") process.stderr.write(USAGE);
  process.exitCode = code === "usage" ? 2 : 1;
});
