import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/json/config-json";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { initialKept } from "../kept.js";
import { createLog } from "../log.js";
import type { Options } from "../options.js";
import { type Running, run } from "../run.js";
import { createSealedStore } from "../sealed-store.js";
import { simulatedTee } from "../tee/simulated.js";

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A host with folders of its own, on which enclaves are started, stopped and cloned, each behind a real HTTP server. */
export interface Machine {
  /** Seals a known key and its first heads, as an enclave of that configuration would have left them. */
  readonly sealKey: (config: BridgeConfig, seed: Uint8Array) => Promise<void>;
  /** Where the sealed file is. */
  readonly sealed: string;
  /** Log lines of all enclaves so far. */
  readonly lines: readonly string[];
  readonly start: () => Promise<Running>;
  /** Another machine with the same folders, as a host makes one by copying: no TEE's sealing key but the simulated one's goes along. */
  readonly clone: () => Promise<Machine>;
  /** Stops everything started here and on clones, and removes the folders. */
  readonly clear: () => Promise<void>;
}

export const createMachine = async (from?: string): Promise<Machine> => {
  const folder = await mkdtemp(join(tmpdir(), "pdiem-enclave-"));
  if (from !== undefined) await cp(from, folder, { recursive: true });
  const lines: string[] = [];
  const running: Running[] = [];
  const clones: Machine[] = [];
  const options: Options = {
    data: folder,
    tee: "simulated",
    machine: join(folder, "machine"),
    host: "127.0.0.1",
    port: 0,
    config: undefined,
    memoryOnly: false,
  };
  const sealed = join(folder, "sealed");
  const tee = simulatedTee(options.machine);
  return {
    sealed,
    lines,
    sealKey: (config, seed) =>
      createSealedStore(tee, sealed).create(bridgeId(config), { seed, ...initialKept(config) }),
    start: async () => {
      const enclave = await run(
        options,
        createLog((line) => lines.push(line)),
      );
      running.push(enclave);
      return enclave;
    },
    clone: async () => {
      const clone = await createMachine(folder);
      clones.push(clone);
      return clone;
    },
    clear: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
      await Promise.all(clones.map(({ clear }) => clear()));
      await rm(folder, { recursive: true });
    },
  };
};

const fieldsOf = (value: unknown): Record<string, unknown> => Object.fromEntries(Object.entries(value ?? {}));

const replyOf = async (response: Response): Promise<Reply> => ({
  status: response.status,
  body: fieldsOf(await response.json()),
});

export const get = async ({ url }: Running, path: string): Promise<Reply> => {
  return replyOf(await fetch(`${url}${path}`));
};

/** @param body a value to be sent as JSON */
export const post = async ({ url }: Running, path: string, body: unknown): Promise<Reply> => {
  const headers = { "content-type": "application/json" };
  return replyOf(await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
};

export const CHALLENGE = `0x${"11".repeat(32)}`;

/** A request that activates with the test configuration. */
export const activation = (config: unknown = formatBridgeConfig(exampleConfig)): unknown => ({
  config,
  challenge: CHALLENGE,
});
