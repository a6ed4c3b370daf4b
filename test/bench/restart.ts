/**
 * What a relayer's light clients take to start on a long history. They start from the roots of
 * trust, or from what the last run kept. Prints JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { startDiem } from "@pdiem/devnet/diem/start-diem";
import { startRelay } from "@pdiem/devnet/relay/relay";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { proveLedger } from "@pdiem/relayer/chains/diem/proven-ledger";
import { collectFinality } from "@pdiem/relayer/chains/parachain/finality";
import { createClients } from "@pdiem/relayer/clients";
import { type Config, parseConfig } from "@pdiem/relayer/config";
import { lightClientFile, startingState, startKeeping } from "@pdiem/relayer/sync/light-clients/kept-light-clients";
import { pino } from "pino";
import { medianOf } from "./measure.js";

/** Milliseconds, medians. */
export interface Restart {
  readonly name: string;
  readonly fromRoots: number;
  readonly fromKept: number;
}

const SETS = 300;
const VALIDATORS = 20;
const AUTHORITIES = 30;
const RUNS = 3;
/** More than there are. */
const MOST_STEPS = 1_000;

const folder = mkdtempSync(join(tmpdir(), "pdiem-restart-"));
const diem = await startDiem({ blockInterval: "manual", validators: VALIDATORS });
const relay = await startRelay({
  paraId: exampleConfig.parachain.paraId,
  parachainGenesis: new Uint8Array(100),
  automatic: false,
  authorities: AUTHORITIES,
});

const produce = (blocks: number): void => {
  for (let i = 0; i < blocks; i++) relay.produceBlock();
};

const makeHistory = (): Config => {
  produce(2);
  const { setId, authorities, finalized } = relay.trustRoot();
  const bridge = {
    ...exampleConfig,
    diem: { ...exampleConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
    relay: { setId, authorities, finalized: { number: finalized.number, hash: finalized.hash } },
  };
  for (let set = 0; set < SETS; set++) {
    diem.association.nextEpoch();
    relay.changeAuthorities(AUTHORITIES);
    produce(3);
  }
  return parseConfig({
    diem: { urls: [diem.url] },
    parachain: { urls: [relay.wsUrl] },
    relay: { urls: [relay.wsUrl] },
    enclave: { url: relay.url },
    redis: { url: "redis://127.0.0.1" },
    state: { folder },
    bridge: formatBridgeConfig(bridge),
  });
};

/** How long each chain's way took. */
interface Ways {
  readonly diem: number;
  readonly relay: number;
}

const start = async (config: Config): Promise<Ways> => {
  const log = pino({ level: "silent" });
  const file = lightClientFile(config);
  const { diem: ledger, relay: chain, lightClients } = createClients(config, startingState(config, file, log));
  const stop = startKeeping(lightClients, file, log);
  const began = performance.now();
  const { chainId } = config.bridge.diem;
  await ledger.run((node) => proveLedger(node, { state: lightClients.get().diem, chainId }, []));
  const between = performance.now();
  await chain.run((_, node) => collectFinality(node, lightClients.get().relay, MOST_STEPS));
  const ended = performance.now();
  await stop();
  return { diem: between - began, relay: ended - between };
};

try {
  const config = makeHistory();
  const cold: Ways[] = [];
  const warm: Ways[] = [];
  for (let run = 0; run < RUNS; run++) {
    rmSync(lightClientFile(config).path, { force: true });
    cold.push(await start(config));
    warm.push(await start(config));
  }
  const restarts: readonly Restart[] = (["diem", "relay"] as const).map((chain) => ({
    name:
      chain === "diem" ? `${SETS} epochs of ${VALIDATORS} validators` : `${SETS} sets of ${AUTHORITIES} authorities`,
    fromRoots: medianOf(cold.map((times) => times[chain])),
    fromKept: medianOf(warm.map((times) => times[chain])),
  }));
  process.stdout.write(JSON.stringify(restarts));
} finally {
  await diem.close();
  await relay.close();
  rmSync(folder, { recursive: true });
}
