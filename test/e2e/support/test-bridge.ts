/** A bridge without a relayer: a configuration, custody, two assets and an enclave's process. */
import { randomUUID } from "node:crypto";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BridgeConfig, bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { createEnclaveClient, type EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { bridgeConfigJson, DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createCustody, handOverCustody } from "@pdiem/devnet/local-bridge/custody";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { parachainJson } from "@pdiem/devnet/local-bridge/parachain-json";
import { type EnclaveFiles, type EnclaveProcess, startEnclave } from "@pdiem/devnet/local-bridge/processes";
import { fundIssuer, handOverAssets } from "@pdiem/devnet/local-bridge/wrapped-assets";
import type { ExtrinsicEncoding } from "@pdiem/enclave/wire/signing";
import { encode } from "@pdiem/light-client/codec/bcs";
import { batchEncoding } from "./batch-encoding.js";
import type { Devnet } from "./devnet.js";
import { withWindowLength } from "./short-windows.js";

export interface RunningEnclave extends EnclaveProcess {
  readonly files: EnclaveFiles;
  readonly client: EnclaveClient;
}

export interface TestBridge {
  readonly devnet: Devnet;
  readonly config: BridgeConfig;
  readonly encoding: ExtrinsicEncoding;
  readonly custody: DiemWallet;
  /** Asset ids of XUS and XDX. */
  readonly assets: readonly [number, number];
  readonly enclave: RunningEnclave;
  /** The enclave's account on the parachain, 32 bytes. */
  readonly issuer: Uint8Array;
}

export interface TestBridgeOptions {
  readonly custody?: DiemWallet;
  /** Ids; sufficient ones of genesis where not given. */
  readonly assets?: readonly [number, number];
  /** ms */
  readonly maxSkew?: bigint;
  readonly decisionDelay?: bigint;
  /** Length of all windows, ms. */
  readonly windowLength?: bigint;
}

const TIMEOUT_MS = 30_000;

/** Starts an enclave on these files; the devnet stops it in the end if the test hasn't. */
export const runEnclave = async (devnet: Devnet, files: EnclaveFiles): Promise<RunningEnclave> => {
  const enclave = await startEnclave(files);
  devnet.beforeClose(() => enclave.child.stop());
  return { ...enclave, files, client: createEnclaveClient(nodeTransport(enclave.url, TIMEOUT_MS)) };
};

/**
 * The same machine and the same sealed file once more, as whoever runs the machine can copy both.
 */
export const copyFiles = async (devnet: Devnet, files: EnclaveFiles): Promise<EnclaveFiles> => {
  const folder = join(devnet.folder, randomUUID());
  const copy = { ...files, data: join(folder, "data"), machine: join(folder, "machine"), log: join(folder, "log") };
  await cp(files.data, copy.data, { recursive: true });
  await cp(files.machine, copy.machine, { recursive: true });
  return copy;
};

const twoAssets = (devnet: Devnet): readonly [number, number] => {
  const [first, second] = devnet.takeAssets(2);
  if (first === undefined || second === undefined) throw new RangeError("expected two assets");
  return [first, second];
};

/** A bridge of which nothing is in the enclave's hands yet. */
export const createBridge = async (devnet: Devnet, options: TestBridgeOptions = {}): Promise<TestBridge> => {
  const { custody = createCustody(devnet.diem), assets = twoAssets(devnet), windowLength } = options;
  const currencies =
    windowLength === undefined ? DEFAULT_LIMITS.currencies : withWindowLength(DEFAULT_LIMITS.currencies, windowLength);
  const folder = join(devnet.folder, randomUUID());
  await mkdir(folder);
  const { diem, trustRoot, assetHub } = devnet;
  const json = bridgeConfigJson(
    {
      diem: { chainId: diem.chainId, waypoint: diem.waypoint, custody: custody.address },
      relay: trustRoot,
      parachain: assetHub,
    },
    {
      ...DEFAULT_LIMITS,
      parachain: await parachainJson(assetHub),
      maxSkew: String(options.maxSkew ?? DEFAULT_LIMITS.maxSkew),
      decisionDelay: String(options.decisionDelay ?? DEFAULT_LIMITS.decisionDelay),
      currencies: currencies.map((currency, i) => ({ ...currency, assetId: assets[i] ?? 0 })),
    },
  );
  const config = parseBridgeConfig(json);
  const file = join(folder, "bridge.bcs");
  await writeFile(file, encode(bridgeConfig, config));
  const enclave = await runEnclave(devnet, {
    data: join(folder, "data"),
    machine: join(folder, "machine"),
    config: file,
    log: join(folder, "log"),
  });
  return {
    devnet,
    config,
    encoding: await batchEncoding(devnet, config),
    custody,
    assets,
    enclave,
    issuer: enclave.key,
  };
};

/** Puts everything into the enclave's hands, as an operator does before genesis. */
export const handOverRoles = async ({ devnet, custody, config, issuer }: TestBridge): Promise<void> => {
  await Promise.all([
    handOverCustody(custody, issuer),
    fundIssuer(devnet.operator, issuer),
    handOverAssets(devnet.operator, config.currencies, issuer),
  ]);
};
