/** `pdiem`'s own commands, as an operator runs them. */
import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { promisify } from "node:util";
import { PdiemError } from "@pdiem/light-client/error";
import { RELAYER_PROGRAM } from "./processes.js";

const FAILURE_SHOWN = 2_000;

/**
 * Runs a command, its output kept in a file.
 * @returns what it wrote to standard output
 * @throws PdiemError `local/command` with what it said
 */
export const runPdiem = async (log: string, args: readonly string[]): Promise<string> => {
  const { stdout, stderr, failed } = await promisify(execFile)(process.execPath, [RELAYER_PROGRAM, ...args])
    .then((said) => ({ ...said, failed: false }))
    .catch(({ stdout, stderr }: { stdout?: string; stderr?: string }) => ({
      stdout: stdout ?? "",
      stderr: stderr ?? "",
      failed: true,
    }));
  appendFileSync(log, `$ pdiem ${args.join(" ")}\n${stdout}${stderr}\n`);
  if (failed) throw new PdiemError("local/command", `pdiem ${args.join(" ")}: ${stderr.slice(-FAILURE_SHOWN)}`);
  return stdout;
};
