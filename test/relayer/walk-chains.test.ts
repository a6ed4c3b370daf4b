import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/facts/set-hash";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { latestSession } from "@pdiem/devnet/diem/block-executor";
import { epochStateOf } from "@pdiem/devnet/diem/consensus";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { walkFile } from "@pdiem/relayer/sync/light-clients/kept-walk";
import { type Walk, type WalkedChains, walkChains } from "@pdiem/relayer/sync/light-clients/ratchet-chains";
import { afterAll, beforeAll, expect, it } from "vitest";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };

/** Nobody listens on port 1: another endpoint has to be asked. */
const endpoints = (url: string) => createEndpoints(["http://127.0.0.1:1", url]);

let diem: RunningDiem;
let substrate: SubstrateChains;
let config: BridgeConfig;
const validatorsSeen: Uint8Array[] = [];
const authoritiesSeen: Uint8Array[] = [];

const seeSets = (): void => {
  validatorsSeen.push(epochStateHash(epochStateOf(latestSession(diem.chain.store))));
  authoritiesSeen.push(authoritySetHash(substrate.relay.trustRoot()));
};

const changeAuthorities = async (count: number): Promise<void> => {
  const setId = substrate.relay.changeAuthorities(count);
  await eventually(() => (substrate.relay.trustRoot().setId === setId ? true : undefined));
};

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20 });
  substrate = await startSubstrate({ relay: { cadence: { busyInterval: 20, idleInterval: 100 } } });
  const { setId, authorities, finalized } = substrate.relay.trustRoot();
  config = {
    ...exampleConfig,
    diem: { ...exampleConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
    relay: { setId, authorities, finalized: { number: finalized.number, hash: finalized.hash } },
    parachain: { ...exampleConfig.parachain, paraId: substrate.assetHub.paraId },
  };
  await substrate.assetHub.produceBlock();
  await eventually(() => (substrate.assetHub.finalized().header.number > 0 ? true : undefined));
  seeSets();
  for (const count of [5, 3]) {
    diem.association.nextEpoch();
    await changeAuthorities(count);
    seeSets();
  }
});

afterAll(async () => {
  await substrate.close();
  await diem.close();
});

const walk = (told: unknown[] = [], from?: Walk): Promise<WalkedChains> =>
  walkChains(
    {
      config,
      diem: createDiemClient(endpoints(diem.url), BOUNDS),
      parachain: createSubstrateRpc(endpoints(substrate.assetHub.url), BOUNDS),
      relay: createSubstrateRpc(endpoints(substrate.relay.url), BOUNDS),
    },
    { from, onProgress: (at) => told.push(at) },
  );

it("a walk from the roots tells every set on the way, when it was left, and the time on both chains", async () => {
  const told: unknown[] = [];
  const { diem: epochs, relay: sets, lightClients, times } = await walk(told);
  const now = BigInt(Date.now());
  expect(epochs.map(({ hash }) => hash)).toEqual(validatorsSeen);
  expect(epochs.map(({ number }) => number)).toEqual([1n, 2n, 3n]);
  expect(sets.map(({ hash }) => hash)).toEqual(authoritiesSeen);
  expect(sets.map(({ number }) => number)).toEqual([0n, 1n, 2n]);
  for (const way of [epochs, sets]) {
    const [first, second, last] = way.map(({ leftAt }) => leftAt);
    if (first === undefined || second === undefined) throw new Error("expected former sets to have been left");
    expect(last).toBeUndefined();
    expect(first <= second && second <= now && now - first < 60_000n).toBe(true);
  }
  expect(lightClients.relay.setId).toBe(2n);
  // The parachain's time lags behind the clock at first.
  for (const time of Object.values(times)) expect(now - time < 120_000n && time <= now).toBe(true);
  expect(told.at(-1)).toEqual({ chain: "diem", epoch: 3n });
  expect(told).toContainEqual(expect.objectContaining({ chain: "relay", setId: 2n }));
});

it("a walk goes on from where an earlier one was kept, and ends as one from the roots does", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-walk-"));
  try {
    const file = walkFile({ bridge: config, state: { folder } });
    await file.write(await walk());
    diem.association.nextEpoch();
    await changeAuthorities(2);
    const kept = file.read();
    if (kept.type !== "value") throw new Error(`expected the walk to be kept: ${kept.type}`);
    const told: unknown[] = [];
    const on = await walk(told, kept.value);
    const anew = await walk();
    expect({ diem: on.diem, relay: on.relay }).toEqual({ diem: anew.diem, relay: anew.relay });
    expect([on.diem.at(-1)?.number, on.relay.at(-1)?.number]).toEqual([4n, 3n]);
    // Nothing is verified again.
    expect(told).not.toContainEqual({ chain: "diem", epoch: 2n });
    expect(told).not.toContainEqual(expect.objectContaining({ chain: "relay", setId: 1n }));
    expect(told).toContainEqual({ chain: "diem", epoch: 4n });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
