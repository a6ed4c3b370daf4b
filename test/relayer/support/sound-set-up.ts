/**
 * A set-up just before genesis in which nothing is amiss: real chains, Redis and enclave, and
 * configurations in files.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BridgeConfig, bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { bridgeConfigJson, DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { type LocalChains, startChains } from "@pdiem/devnet/local-bridge/chains";
import { createCustody, handOverCustody } from "@pdiem/devnet/local-bridge/custody";
import { parachainJson } from "@pdiem/devnet/local-bridge/parachain-json";
import { type EnclaveProcess, startEnclave, startStandby } from "@pdiem/devnet/local-bridge/processes";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { fundIssuer, handOverAssets } from "@pdiem/devnet/local-bridge/wrapped-assets";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { ConfigFile } from "@pdiem/relayer/config";
import { findRedis } from "#scripts/redis.mjs";

/** A bridge's configuration as JSON, to be changed. */
export type BridgeJson = ReturnType<typeof bridgeConfigJson>;

/** A relayer's configuration as JSON, to be changed. */
export type SetUpJson = Omit<ConfigFile, "bridge"> & { readonly bridge: BridgeJson };

export interface SoundSetUp {
  readonly folder: string;
  readonly chains: LocalChains;
  readonly json: SetUpJson;
  readonly bridge: BridgeConfig;
  readonly enclave: EnclaveProcess;
  /** Writes a configuration into a folder of its own, and gives its path. */
  readonly write: (json: unknown) => string;
  /** Starts another Redis, stopped in the end. @param settings of its own */
  readonly redis: (...settings: readonly string[]) => Promise<string>;
  /** Starts an enclave for another configuration; without one, it holds no key. */
  readonly anotherEnclave: (json?: BridgeJson) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Writes a configuration in which some parts are others. */
export const changedIn = ({ json, write }: SoundSetUp, change: (json: SetUpJson) => object): string =>
  write({ ...json, ...change(json) });

const CADENCES = {
  assetHub: { cadence: { busyInterval: 50, idleInterval: 2_000 } },
  relay: { cadence: { busyInterval: 50, idleInterval: 1_000 } },
};

export const startSoundSetUp = async (): Promise<SoundSetUp> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-set-up-"));
  const closing: (() => Promise<unknown> | undefined)[] = [];
  let made = 0;
  const place = (): string => {
    const path = join(folder, `${++made}`);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  const redis = async (...settings: readonly string[]): Promise<string> => {
    const { url, child } = await startRedis(findRedis(), join(place(), "log"), 0, settings);
    closing.push(() => child?.stop());
    return url;
  };
  const filesFor = (json: BridgeJson) => {
    const own = place();
    const config = join(own, "bridge.bcs");
    writeFileSync(config, encode(bridgeConfig, parseBridgeConfig(json)));
    return { data: join(own, "data"), machine: join(own, "machine"), log: join(own, "log"), config };
  };
  const enclaveFor = async (json: BridgeJson): Promise<EnclaveProcess> => {
    const started = await startEnclave(filesFor(json));
    closing.push(() => started.child.stop());
    return started;
  };

  const chains = await startChains({ substrate: CADENCES });
  closing.push(chains.close);
  const { diem, assetHub, relay, operator, trustRoot } = chains;
  const custody = createCustody(diem);
  const bridge: BridgeJson = bridgeConfigJson(
    {
      diem: { chainId: diem.chainId, waypoint: diem.waypoint, custody: custody.address },
      relay: trustRoot,
      parachain: assetHub,
    },
    { ...DEFAULT_LIMITS, parachain: await parachainJson(assetHub) },
  );
  const enclave = await enclaveFor(bridge);
  await Promise.all([
    handOverCustody(custody, enclave.key),
    fundIssuer(operator, enclave.key),
    handOverAssets(operator, bridge.currencies, enclave.key),
  ]);
  const { number } = assetHub.head().header;
  await eventually(() => (assetHub.finalized().header.number >= number ? true : undefined));
  return {
    folder,
    chains,
    json: {
      diem: { urls: [diem.url] },
      parachain: { urls: [assetHub.wsUrl] },
      relay: { urls: [relay.wsUrl] },
      enclave: { url: enclave.url },
      redis: { url: await redis() },
      api: { port: 0 },
      bridge,
    },
    bridge: parseBridgeConfig(bridge),
    enclave,
    write: (json) => {
      const file = join(place(), "relayer.json");
      writeFileSync(file, typeof json === "string" ? json : JSON.stringify(json), { mode: 0o600 });
      return file;
    },
    redis,
    anotherEnclave: async (json) => {
      if (json !== undefined) return (await enclaveFor(json)).url;
      const own = place();
      const standby = await startStandby({
        data: join(own, "data"),
        machine: join(own, "machine"),
        log: join(own, "log"),
      });
      closing.push(() => standby.child.stop());
      return standby.url;
    },
    close: async () => {
      for (const close of closing.toReversed()) await close();
      rmSync(folder, { recursive: true });
    },
  };
};
