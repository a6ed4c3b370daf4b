/** Custody and assets set up as an operator does it: by `pdiem`'s own commands. */
import { execFile } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { OPERATOR_URI } from "./chains.js";
import { RELAYER_PROGRAM } from "./processes.js";
import { ISSUER_FUNDS } from "./wrapped-assets.js";

const FAILURE_SHOWN = 2_000;

/**
 * Runs a command, its output kept in a file.
 * @throws PdiemError `local/command` with what it said
 */
const run = async (log: string, args: readonly string[]): Promise<void> => {
  const { stdout, stderr, failed } = await promisify(execFile)(process.execPath, [RELAYER_PROGRAM, ...args])
    .then((said) => ({ ...said, failed: false }))
    .catch(({ stdout, stderr }: { stdout?: string; stderr?: string }) => ({
      stdout: stdout ?? "",
      stderr: stderr ?? "",
      failed: true,
    }));
  appendFileSync(log, `$ pdiem ${args.join(" ")}\n${stdout}${stderr}\n`);
  if (failed) throw new PdiemError("local/command", `pdiem ${args.join(" ")}: ${stderr.slice(-FAILURE_SHOWN)}`);
};

const writeKey = (file: string, text: string): string => {
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
};

export interface RolesByCommands {
  readonly folder: string;
  readonly relayerFile: string;
  /** The seed of custody's interim key. */
  readonly custodySeed: Uint8Array;
}

/**
 * Has the operator make the assets that aren't there, and give all to the enclave's key. Custody's
 * key is rotated to it, too.
 */
export const setUpByCommands = async ({ folder, relayerFile, custodySeed }: RolesByCommands): Promise<void> => {
  const custodyKey = writeKey(join(folder, "custody.key"), toHex(custodySeed));
  const operatorKey = writeKey(join(folder, "operator.key"), OPERATOR_URI);
  const log = join(folder, "set-up.log");
  const config = ["--config", relayerFile];
  await Promise.all([
    run(log, ["custody", "rotate", ...config, "--key", custodyKey, "--irrevocably"]),
    run(log, [
      ...["assets", "create", ...config, "--key", operatorKey, "--scheme", "ed25519"],
      ...["--fund", ISSUER_FUNDS.toString(), "--at-once"],
    ]),
  ]);
};
