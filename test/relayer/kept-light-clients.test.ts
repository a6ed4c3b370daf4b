import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState, type LightClientState } from "@pdiem/bridge/facts/light-client-state";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { type Relay, startRelay } from "@pdiem/devnet/relay/relay";
import { trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { proveLedger } from "@pdiem/relayer/chains/diem/proven-ledger";
import { collectFinality } from "@pdiem/relayer/chains/parachain/finality";
import { createClients } from "@pdiem/relayer/clients";
import { type Config, parseConfig } from "@pdiem/relayer/config";
import type { Clients } from "@pdiem/relayer/sync/clients";
import { lightClientFile, startingState, startKeeping } from "@pdiem/relayer/sync/light-clients/kept-light-clients";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

/** Nodes tell of 100 epochs at a time, and the latest 32 sets are gone through again. */
const EPOCHS = 135;
const SETS = 40;

const folder = mkdtempSync(join(tmpdir(), "pdiem-kept-light-clients-"));
let diem: RunningDiem;
let relay: Relay;
let config: Config;

beforeAll(async () => {
  diem = await startDiem({ blockInterval: "manual" });
  relay = await startRelay({ paraId: 1000, parachainGenesis: new Uint8Array(100), automatic: false });
  relay.produceBlock();
  relay.produceBlock();
  const { setId, authorities, finalized } = relay.trustRoot();
  const bridge = {
    ...exampleConfig,
    diem: { ...exampleConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
    relay: { setId, authorities, finalized: { number: finalized.number, hash: finalized.hash } },
  };
  config = parseConfig({
    diem: { urls: [diem.url] },
    parachain: { urls: [relay.wsUrl] },
    relay: { urls: [relay.wsUrl] },
    enclave: { url: "http://127.0.0.1:1" },
    redis: { url: "redis://127.0.0.1:1" },
    state: { folder },
    bridge: formatBridgeConfig(bridge),
  });
  for (let epoch = 0; epoch < EPOCHS; epoch++) diem.association.nextEpoch();
  for (let set = 0; set < SETS; set++) {
    relay.changeAuthorities(1 + (set % 3));
    for (let blocks = 0; blocks < 3; blocks++) relay.produceBlock();
  }
});

beforeEach(() => rmSync(lightClientFile(config).path, { force: true }));

afterAll(async () => {
  await diem.close();
  await relay.close();
  rmSync(folder, { recursive: true });
});

/** Walks like a relayer's tasks: both chains' light clients go to the newest block. */
const walk = async ({ diem: nodes, relay: relayNodes, lightClients, config: bridge }: Clients): Promise<void> => {
  await nodes.run((node) => proveLedger(node, { state: lightClients.get().diem, chainId: bridge.diem.chainId }, []));
  await relayNodes.run((_, node) => collectFinality(node, lightClients.get().relay, 1_000));
};

interface Run {
  readonly start: LightClientState;
  readonly clients: Clients;
  readonly told: readonly string[];
}

/** What a relayer's process does with its light clients from its start to its end. */
const run = async (): Promise<Run> => {
  const told: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void told.push(line) });
  const file = lightClientFile(config);
  const start = startingState(config, file, log);
  const clients = createClients(config, start);
  const stop = startKeeping(clients.lightClients, file, log);
  await walk(clients);
  await stop();
  return { start, clients, told };
};

const epochOf = ({ diem: state }: LightClientState): bigint | undefined =>
  state.type === "epochState" ? state.value.epochState.epoch : undefined;

it("a start goes on from what the last one kept, and ends in the same place with the same known sets", async () => {
  const cold = await run();
  expect(cold.start).toEqual(initialLightClientState(config.bridge));
  const written = statSync(lightClientFile(config).path).ino;
  const warm = await run();
  expect(warm.start).toEqual(cold.clients.lightClients.earlier());
  expect(warm.start.relay.setId).toBe(BigInt(SETS - 32));
  expect(epochOf(warm.start)).toBe(100n);
  expect(warm.told.join("")).toContain('"setId":"8","msg":"light clients go on from what was kept"');
  expect(warm.clients.lightClients.get()).toEqual(cold.clients.lightClients.get());
  expect(warm.clients.witness.sets()).toEqual(cold.clients.witness.sets());
  expect(warm.clients.witness.sets().relay).toHaveLength(32);
  expect(warm.clients.witness.ledger.since()).toBe(cold.clients.witness.ledger.since());
  // Nothing has moved on since: the file stays as it is.
  expect(statSync(lightClientFile(config).path).ino).toBe(written);
});

it("a start believes nothing that is damaged or another bridge's, says so and keeps its own", async () => {
  const cold = await run();
  const { path } = lightClientFile(config);
  const good = readFileSync(path);
  const other = { ...config.bridge, reserve: config.bridge.reserve + 1n };
  const foreign = lightClientFile({ ...config, bridge: other });
  // Roots of somebody else's choice.
  const waypoint = { ...config.bridge.diem.waypoint, version: 9_999n };
  await foreign.write({ ...cold.start, diem: trustedStateOf(waypoint) });
  expect(bridgeId(other)).not.toEqual(bridgeId(config.bridge));
  const damaged = good.map((byte, i) => (i === good.length >> 1 ? byte ^ 0x40 : byte));
  for (const [bytes, reason] of [
    [damaged, "it is damaged"],
    [readFileSync(foreign.path), "it is another bridge's"],
  ] as const) {
    writeFileSync(path, bytes);
    const { start, clients, told } = await run();
    expect(start).toEqual(initialLightClientState(config.bridge));
    expect(told.join("")).toContain(`"reason":"${reason}"`);
    expect(clients.lightClients.get()).toEqual(cold.clients.lightClients.get());
    expect(readFileSync(path)).toEqual(good);
  }
});

it("light clients that can't be kept are told of once, and stop nothing", async () => {
  const told: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void told.push(line) });
  const file = lightClientFile({ ...config, state: { folder: join(lightClientFile(config).path, "below-a-file") } });
  writeFileSync(lightClientFile(config).path, "");
  const clients = createClients(config);
  const stop = startKeeping(clients.lightClients, file, log);
  await walk(clients);
  await stop();
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("light clients can't be kept");
  expect(clients.lightClients.get().relay.setId).toBe(BigInt(SETS));
});
