import { writeFileSync } from "node:fs";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import type { ConfigFile } from "../../config.js";
import { runCli } from "../cli.js";

/** What a command has said, a line break between each two outputs. */
export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process. */
export const runCommand = async (...args: readonly string[]): Promise<CommandOutcome> => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join("\n"), err: err.join("\n") };
};

/** Writes a configuration in which nothing answers: nobody listens on port 1. */
export const writeLonelyConfig = (
  file: string,
  bridge: BridgeConfig,
  api: NonNullable<ConfigFile["api"]> = { port: 1 },
): string => {
  const config: Omit<ConfigFile, "bridge"> = {
    diem: { urls: ["http://127.0.0.1:1"] },
    parachain: { urls: ["ws://127.0.0.1:1"] },
    relay: { urls: ["ws://127.0.0.1:1"] },
    enclave:
      bridge.holders === undefined
        ? { url: "http://127.0.0.1:1" }
        : { holders: bridge.holders.slots.map((_, i) => ({ url: `http://127.0.0.1:${i + 1}` })) },
    redis: { url: "redis://127.0.0.1:1" },
    log: { level: "silent" },
    api,
  };
  writeFileSync(file, JSON.stringify({ ...config, bridge: formatBridgeConfig(bridge) }));
  return file;
};
