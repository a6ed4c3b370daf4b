import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { RELAYER_PROGRAM } from "@pdiem/devnet/local-bridge/processes";

/** Runs a command of `pdiem` against the local bridge, as a person would, and reads its JSON. */
export const pdiem = async <T>({ relayerFile }: LocalBridge, ...args: readonly string[]): Promise<T> => {
  const command = [RELAYER_PROGRAM, ...args, "--config", relayerFile, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout) as T;
};
