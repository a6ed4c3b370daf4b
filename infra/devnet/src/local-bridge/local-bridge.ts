/**
 * A whole bridge on this machine, on loopback. Both chains are in this process; Redis, the enclave
 * and the relayer have their own. What an operator sets up by hand is done here the same way,
 * through the chains' own transactions.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BridgeLimits, bridgeConfigJson, DEFAULT_LIMITS } from "./bridge-defaults.js";
import { type LocalChains, type LocalChainsOptions, startChains } from "./chains.js";
import type { Child } from "./child.js";
import { createCustody, handOverCustody, requestCustody } from "./custody.js";
import type { DiemWallet } from "./diem-wallet.js";
import {
  type EnclaveSettings,
  type Enclaves,
  holderSettings,
  makeKeyTogether,
  startSlots,
  startSoleEnclave,
} from "./enclaves.js";
import { freePort } from "./free-port.js";
import { type GuardedDoor, OPEN_DOOR } from "./guarded-door.js";
import { classOfSlot, type HoldersOption } from "./holders-json.js";
import { parachainJson } from "./parachain-json.js";
import {
  type EnclaveProcess,
  encodeConfig,
  type StandbyEnclave,
  startRelayer,
  startStandby,
  untilAnswers,
} from "./processes.js";
import { type RedisSource, startRedis } from "./redis.js";
import { setUpByCommands } from "./roles-by-commands.js";
import { fundIssuer, handOverAssets } from "./wrapped-assets.js";

/** What is brought up, in this order. */
export type Stage = "redis" | "chains" | "enclave" | "roles" | "relayer" | "genesis";

/** The relayer's configuration file, as far as it is told here. */
export interface RelayerSettings {
  readonly diem: { readonly urls: readonly string[]; readonly pollMs: number };
  readonly parachain: { readonly urls: readonly string[]; readonly pollMs: number };
  readonly relay: { readonly urls: readonly string[]; readonly pollMs: number };
  readonly enclave: EnclaveSettings;
  readonly retry?: { readonly settleMs?: number };
  readonly misbehaviour?: { readonly compareMs?: number };
}

export interface LocalBridgeOptions extends LocalChainsOptions {
  /** Logs, configuration and sealed file go here; made if missing. */
  readonly folder: string;
  readonly redis: RedisSource;
  /** Ports wanted; where somebody listens already, or none is given, any free one. */
  readonly redisPort?: number;
  readonly enclavePort?: number;
  readonly relayerPort?: number;
  readonly limits?: Partial<BridgeLimits>;
  /** How many enclaves hold the key together; left out, one holds it whole. */
  readonly holders?: HoldersOption;
  /** Makes what the enclave's door asks for, in the bridge's folder; left out, nothing. */
  readonly door?: (folder: string) => GuardedDoor;
  /**
   * Runs once the chains run, before anything is handed over: for assets that genesis doesn't make.
   */
  readonly prepare?: (chains: LocalChains) => Promise<void>;
  /**
   * Sets custody and assets up by `pdiem`'s own commands, as an operator does. Assets that genesis
   * doesn't make are made then, and aren't sufficient.
   */
  readonly byCommands?: boolean;
  /** Runs with custody's own key, before the account is handed over to the enclave's. */
  readonly prepareCustody?: (custody: DiemWallet, chains: LocalChains) => Promise<void>;
  /** Runs while the relayer asks for the first ledger: for what genesis waits for. */
  readonly beforeGenesis?: (bridge: BridgeBeforeGenesis) => Promise<void>;
  /** Changes the relayer's configuration before it is written. */
  readonly relayerSettings?: (settings: RelayerSettings) => RelayerSettings;
  /** Tells as each stage begins, and with what came of it once it is done. */
  readonly onStage?: (stage: Stage, done?: string) => void;
  /** Tells of all processes of the bridge, this one first, whenever there is another. */
  readonly onProcess?: (pids: readonly number[]) => void;
}

export interface BridgeBeforeGenesis {
  readonly folder: string;
  readonly chains: LocalChains;
  readonly relayerUrl: string;
  /** Files of the bridge's and of the relayer's configuration. */
  readonly bridgeFile: string;
  readonly relayerFile: string;
  /** @param slot from 1 on, where several hold the key; left out, the first */
  readonly enclave: (slot?: number) => EnclaveProcess;
  /**
   * Starts another enclave, on a machine of its own and without a key.
   * @param again one of before, on its port and with its files
   * @param slot whose class it is of, where several hold the key
   */
  readonly startStandby: (again?: StandbyEnclave, slot?: number) => Promise<StandbyEnclave>;
}

export interface LocalBridge extends BridgeBeforeGenesis {
  readonly redisUrl: string;
  readonly relayer: () => Child;
  /**
   * Starts it again after it was stopped or killed; the enclave on the same port, from its sealed
   * file.
   */
  readonly restartEnclave: (slot?: number) => Promise<EnclaveProcess>;
  readonly restartRelayer: () => Promise<Child>;
  /**
   * Destroys the enclave like a machine that is lost: SIGKILL, its disk and its sealing key
   * removed.
   */
  readonly destroyEnclave: (slot?: number) => Promise<void>;
  /**
   * Makes an enclave the bridge's that has been given its key, or a slot's share of it. The relayer
   * is stopped, and started against it.
   */
  readonly switchTo: (standby: StandbyEnclave, slot?: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const GENESIS_TIMEOUT = 300_000;

const writeJson = (file: string, value: unknown): string => {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
  return file;
};

const portOf = (enclave: StandbyEnclave | undefined): number =>
  enclave === undefined ? 0 : Number(new URL(enclave.url).port);

const describeEnclaves = (all: readonly EnclaveProcess[]): string =>
  all.length === 1
    ? `${all[0]?.url}, simulated TEE`
    : `slots ${all.map(({ url }, i) => `${i + 1} ${url}`).join(", ")}, simulated TEEs`;

/**
 * Starts everything and waits until the first ledger is in force. What was started is stopped
 * again if that fails.
 */
export const startLocalBridge = async (options: LocalBridgeOptions): Promise<LocalBridge> => {
  const { folder, onStage = () => undefined, onProcess = () => undefined } = options;
  const children = new Map<string, Child>();
  const note = (child: Child): void => {
    children.set(child.name, child);
    onProcess([process.pid, ...[...children.values()].map(({ pid }) => pid)]);
  };
  mkdirSync(folder, { recursive: true });
  const { holders } = options;
  const door = options.door?.(join(folder, "door")) ?? OPEN_DOOR;
  const sources = { folder, door, port: options.enclavePort, note };
  const log = (name: string): string => join(folder, `${name}.log`);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let stop = closing.pop(); stop !== undefined; stop = closing.pop()) await stop();
  };
  const stage = async <T>(name: Stage, work: () => Promise<T>, say: (value: T) => string): Promise<T> => {
    onStage(name);
    const value = await work();
    onStage(name, say(value));
    return value;
  };
  try {
    const slotsStart = holders === undefined ? undefined : startSlots(sources, holders);
    // Whatever fails before it is waited for is told first.
    slotsStart?.catch(() => undefined);
    closing.push(async () => {
      const started = await slotsStart?.catch(() => []);
      await Promise.all(started?.map(({ child }) => child.stop()) ?? []);
    });
    const redis = await stage(
      "redis",
      () => startRedis(options.redis, log("redis"), options.redisPort),
      ({ url }) => url,
    );
    if (redis.child !== undefined) note(redis.child);
    closing.push(async () => redis.child?.stop());
    const chains = await stage(
      "chains",
      () => startChains(options),
      ({ diem, assetHub, relay }) => `Diem ${diem.url}, Asset Hub ${assetHub.wsUrl}, relay chain ${relay.wsUrl}`,
    );
    closing.push(chains.close);
    await options.prepare?.(chains);
    const custodySeed = randomBytes(32);
    const custody = options.byCommands === true ? requestCustody(chains.diem, custodySeed) : createCustody(chains.diem);
    await options.prepareCustody?.(custody, chains);
    const runtime = await parachainJson(chains.assetHub);
    const limits = {
      ...DEFAULT_LIMITS,
      ...options.limits,
      ...(holders === undefined ? {} : { holders }),
      parachain: { ...runtime, ...options.limits?.parachain },
    };
    const bridge = bridgeConfigJson(
      {
        diem: { chainId: chains.diem.chainId, waypoint: chains.diem.waypoint, custody: custody.address },
        relay: chains.trustRoot,
        parachain: chains.assetHub,
      },
      limits,
    );
    const bridgeFile = writeJson(join(folder, "bridge.json"), bridge);
    const relayerPort = await freePort(options.relayerPort);
    const relayerUrl = `http://127.0.0.1:${relayerPort}`;
    const writeRelayer = (enclave: EnclaveSettings): string => {
      const settings: RelayerSettings = {
        diem: { urls: [chains.diem.url], pollMs: 500 },
        parachain: { urls: [chains.assetHub.wsUrl], pollMs: 500 },
        relay: { urls: [chains.relay.wsUrl], pollMs: 500 },
        enclave,
      };
      return writeJson(join(folder, "relayer.json"), {
        ...(options.relayerSettings?.(settings) ?? settings),
        redis: { url: redis.url },
        api: { host: "127.0.0.1", port: relayerPort },
        bridge,
      });
    };
    const makeKey = async (): Promise<{ readonly enclaves: Enclaves; readonly relayerFile: string }> => {
      if (slotsStart === undefined) {
        const enclaves = await startSoleEnclave(sources, encodeConfig(bridgeFile, join(folder, "bridge.bcs")));
        return { enclaves, relayerFile: writeRelayer(enclaves.settings()) };
      }
      const slots = await slotsStart;
      const relayerFile = writeRelayer(holderSettings(slots));
      return { enclaves: await makeKeyTogether(sources, slots, relayerFile), relayerFile };
    };
    const { enclaves, relayerFile } = await stage("enclave", makeKey, ({ enclaves: { all } }) =>
      describeEnclaves(all()),
    );
    closing.push(async () => {
      await Promise.all(enclaves.all().map(({ child }) => child.stop()));
    });
    const setUpDirectly = async (): Promise<void> => {
      await Promise.all([
        handOverCustody(custody, enclaves.key),
        fundIssuer(chains.operator, enclaves.key),
        handOverAssets(chains.operator, limits.currencies, enclaves.key),
      ]);
    };
    await stage(
      "roles",
      () => (options.byCommands === true ? setUpByCommands({ folder, relayerFile, custodySeed }) : setUpDirectly()),
      () =>
        `${options.byCommands === true ? "by pdiem custody rotate and pdiem assets create: " : ""}custody, issuer and assets are the new key's`,
    );
    let relayer = await stage(
      "relayer",
      () => startRelayer(relayerFile, relayerUrl, log("relayer")),
      () => relayerUrl,
    );
    note(relayer);
    closing.push(() => relayer.stop());
    let standbys = 0;
    const newMachine = () => {
      const name = `standby-${++standbys}`;
      return { data: join(folder, name), machine: join(folder, `${name}-machine`), log: log(name) };
    };
    const asSlot = (slot: number | undefined) => (slot === undefined ? {} : { simulatedAs: classOfSlot(slot) });
    const before: BridgeBeforeGenesis = {
      folder,
      chains,
      relayerUrl,
      bridgeFile,
      relayerFile,
      enclave: (slot = 1) => enclaves.one(slot),
      startStandby: async (again, slot) => {
        const standby = await startStandby(again?.files ?? { ...newMachine(), ...asSlot(slot) }, portOf(again));
        note(standby.child);
        closing.push(() => standby.child.stop());
        return standby;
      },
    };
    const restartRelayer = async (): Promise<Child> => {
      relayer = await startRelayer(relayerFile, relayerUrl, log("relayer"));
      note(relayer);
      return relayer;
    };
    await stage(
      "genesis",
      async () => {
        await options.beforeGenesis?.(before);
        await untilAnswers(`${relayerUrl}/readyz`, relayer, GENESIS_TIMEOUT);
      },
      () => "the first ledger is in force",
    );
    return {
      ...before,
      redisUrl: redis.url,
      relayer: () => relayer,
      restartEnclave: (slot = 1) => enclaves.restart(slot),
      restartRelayer,
      destroyEnclave: (slot = 1) => enclaves.destroy(slot),
      switchTo: async (standby, slot = 1) => {
        await relayer.stop();
        enclaves.replace(slot, standby);
        const settings = JSON.parse(readFileSync(relayerFile, "utf8"));
        writeJson(relayerFile, { ...settings, enclave: enclaves.settings() });
        await restartRelayer();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
