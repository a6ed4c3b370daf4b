import type { BridgeConfig } from "@pdiem/bridge/config";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/set-hash";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { latestSession } from "@pdiem/devnet/diem/block-executor";
import { epochStateOf } from "@pdiem/devnet/diem/consensus";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { parseWaypoint } from "@pdiem/light-client/diem/waypoint";
import { createDiemClient } from "@pdiem/relayer/diem/client";
import { type WalkedChains, walkChains } from "@pdiem/relayer/evidence/walk-chains";
import { createSubstrateRpc } from "@pdiem/relayer/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/rpc/endpoints";
import { afterAll, beforeAll, expect, it } from "vitest";

const BOUNDS = { timeoutMs: 5_000, maxResponseBytes: 16_000_000 };

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

const walk = (told: unknown[] = []): Promise<WalkedChains> =>
  walkChains(
    {
      config,
      diem: createDiemClient(endpoints(diem.url), BOUNDS),
      parachain: createSubstrateRpc(endpoints(substrate.assetHub.url), BOUNDS),
      relay: createSubstrateRpc(endpoints(substrate.relay.url), BOUNDS),
    },
    (at) => told.push(at),
  );

it("a walk from the roots tells every set on the way, when it was left, and the time on both chains", async () => {
  const told: unknown[] = [];
  const { diem: epochs, relay: sets, heads, times } = await walk(told);
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
  expect(heads.relay.setId).toBe(2n);
  // The parachain's time lags behind the clock at first.
  for (const time of Object.values(times)) expect(now - time < 120_000n && time <= now).toBe(true);
  expect(told.at(-1)).toEqual({ chain: "diem", epoch: 3n });
  expect(told).toContainEqual(expect.objectContaining({ chain: "relay", setId: 2n }));
});
