/** A relayer in this process, with a real Redis and enclave where they are given, and no nodes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type Running, run } from "@pdiem/enclave/run";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import { toHex } from "@pdiem/light-client/bytes";
import { type ConfigFile, readConfig } from "@pdiem/relayer/config";
import { type Relayer, startRelayer } from "@pdiem/relayer/relayer";
import { type ReadinessView, readinessView } from "@pdiem/relayer/views/readiness-view";
import { keptLog, type LogLine } from "./log-lines.js";

/** Nobody listens there. */
export const NOWHERE = "127.0.0.1:1";

export interface LoneRelayer {
  readonly relayer: Relayer;
  readonly lines: readonly LogLine[];
  /** What its keys in Redis begin with. */
  readonly prefix: string;
  readonly ready: () => Promise<{ readonly status: number; readonly view: ReadinessView }>;
  readonly codes: () => Promise<readonly string[]>;
  readonly metrics: () => Promise<string>;
}

export interface LoneRelayerOptions {
  /** Where its configuration and `state/` are. */
  readonly folder: string;
  readonly bridge: BridgeConfig;
  readonly redisUrl?: string;
  readonly enclaveUrl?: string;
  /** What its configuration says otherwise. */
  readonly settings?: Partial<ConfigFile>;
  /** More of the configuration's `enclave`. */
  readonly enclave?: Readonly<Record<string, string>>;
}

export const temporaryFolder = (closing: (() => unknown)[]): string => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-lone-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Starts an enclave with the simulated TEE, in this process. */
export const startLoneEnclave = (folder: string, port = 0): Promise<Running> =>
  run(
    {
      data: folder,
      tee: "simulated",
      machine: join(folder, "machine"),
      simulatedAs: undefined,
      host: "127.0.0.1",
      port,
      guard: { tokens: undefined, certificate: undefined, key: undefined, clientCa: undefined },
      config: undefined,
      memoryOnly: false,
    },
    simulatedTee(join(folder, "machine")),
    () => undefined,
  );

/** Writes its configuration, and gives the file. */
export const writeLoneConfig = ({
  folder,
  bridge,
  redisUrl,
  enclaveUrl,
  enclave,
  settings,
}: LoneRelayerOptions): string => {
  const file = join(folder, "relayer.json");
  writeFileSync(
    file,
    JSON.stringify({
      diem: { urls: [`http://${NOWHERE}`] },
      parachain: { urls: [`ws://${NOWHERE}`] },
      relay: { urls: [`ws://${NOWHERE}`] },
      enclave: { url: enclaveUrl ?? `http://${NOWHERE}`, ...enclave },
      redis: { url: redisUrl ?? `redis://${NOWHERE}` },
      api: { port: 0 },
      bridge: formatBridgeConfig(bridge),
      ...settings,
    }),
  );
  return file;
};

export const startLoneRelayer = async (
  options: LoneRelayerOptions,
  closing: (() => unknown)[],
): Promise<LoneRelayer> => {
  const file = writeLoneConfig(options);
  const { log, lines } = keptLog();
  const relayer = await startRelayer(readConfig(file), log);
  closing.push(() => relayer.stop());
  const ready = async () => {
    const response = await fetch(`${relayer.url}/readyz`);
    return { status: response.status, view: readinessView.parse(await response.json()) };
  };
  return {
    relayer,
    lines,
    prefix: `pdiem-${toHex(bridgeId(options.bridge)).slice(0, 16)}`,
    ready,
    codes: async () => (await ready()).view.obstacles.map(({ code }) => code),
    metrics: async () => (await fetch(`${relayer.url}/metrics`)).text(),
  };
};
