/** Both chains, and enclaves of three classes that hold nothing yet, before a key is made. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeConfigJson, DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { type LocalChains, startChains } from "@pdiem/devnet/local-bridge/chains";
import { requestCustody } from "@pdiem/devnet/local-bridge/custody";
import { classOfSlot } from "@pdiem/devnet/local-bridge/holders-json";
import { parachainJson } from "@pdiem/devnet/local-bridge/parachain-json";
import { type Running, run } from "@pdiem/enclave/run";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";

const HOLDERS = { threshold: 2, slots: 3 } as const;

export interface HeldSetUp {
  readonly chains: LocalChains;
  /** File of custody's interim key. */
  readonly interimKey: string;
  /** Starts an enclave of each slot's class in this process. @returns their URLs */
  readonly startAll: () => Promise<readonly string[]>;
  /** Writes a relayer's configuration with these enclaves, and gives its path. */
  readonly configFor: (urls: readonly string[]) => string;
  /** Names a file that isn't there yet. */
  readonly place: (name: string) => string;
  readonly close: () => Promise<void>;
}

export const startHeldSetUp = async (): Promise<HeldSetUp> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-held-"));
  const running: Running[] = [];
  let made = 0;
  const place = (name: string): string => join(folder, `${++made}-${name}`);
  const chains = await startChains({});
  const { diem, assetHub, relay, trustRoot } = chains;
  const seed = randomBytes(32);
  const custody = requestCustody(diem, seed);
  const interimKey = place("interim.key");
  writeFileSync(interimKey, seed.toString("hex"), { mode: 0o600 });
  const roots = {
    diem: { chainId: diem.chainId, waypoint: diem.waypoint, custody: custody.address },
    relay: trustRoot,
    parachain: assetHub,
  };
  const bridge = bridgeConfigJson(roots, {
    ...DEFAULT_LIMITS,
    parachain: await parachainJson(assetHub),
    holders: HOLDERS,
  });
  const start = async (slot: number): Promise<string> => {
    const data = place("enclave");
    const options = { data, tee: "simulated", machine: join(data, "machine"), host: "127.0.0.1", port: 0 } as const;
    const guard = { tokens: undefined, certificate: undefined, key: undefined, clientCa: undefined };
    const name = classOfSlot(slot);
    const rest = { guard, config: undefined, memoryOnly: false, simulatedAs: name };
    const one = await run({ ...options, ...rest }, simulatedTee(options.machine, name), () => undefined);
    running.push(one);
    return one.url;
  };
  return {
    chains,
    interimKey,
    startAll: () => Promise.all(Array.from({ length: HOLDERS.slots }, (_, i) => start(i + 1))),
    configFor: (urls) => {
      const file = place("relayer.json");
      const config = {
        diem: { urls: [diem.url] },
        parachain: { urls: [assetHub.wsUrl] },
        relay: { urls: [relay.wsUrl] },
        enclave: { holders: urls.map((url) => ({ url })) },
        redis: { url: "redis://127.0.0.1:1" },
        api: { port: 1 },
        bridge,
      };
      writeFileSync(file, JSON.stringify(config));
      return file;
    },
    place,
    close: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
      await chains.close();
      rmSync(folder, { recursive: true });
    },
  };
};
