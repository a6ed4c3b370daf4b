/** A further relayer of the same bridge, before the same nodes and the same enclave. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "@pdiem/devnet/local-bridge/child";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { startRelayer } from "@pdiem/devnet/local-bridge/processes";
import type { RelayedBridge } from "./relayed-bridge.js";

export interface AnotherRelayer {
  readonly child: Child;
  readonly url: string;
}

/**
 * Starts it, with an API of its own.
 * @param prefix of its queues: a bridge's own is `pdiem`
 * @param on another machine: its folder, the URL of its Redis, and whole sections of its
 * configuration
 */
export const startAnotherRelayer = async (
  { relayerFile, folder }: RelayedBridge,
  prefix: string,
  on: { readonly folder: string; readonly redis?: string; readonly settings?: Readonly<Record<string, object>> } = {
    folder,
  },
): Promise<AnotherRelayer> => {
  const port = await freePort();
  const config = { ...JSON.parse(readFileSync(relayerFile, "utf8")), ...on.settings };
  config.api.port = port;
  config.redis = { url: on.redis ?? config.redis.url, prefix };
  const file = join(on.folder, `${prefix}.json`);
  writeFileSync(file, JSON.stringify(config));
  const url = `http://127.0.0.1:${port}`;
  return { child: await startRelayer(file, url, join(on.folder, `${prefix}.log`)), url };
};
