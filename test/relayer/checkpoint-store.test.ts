import { EXAMPLE_ID, filled, GUARDIAN_SEEDS } from "@pdiem/bridge/testing/config";
import {
  addCheckpointSignature,
  type CheckpointFile,
  formatCheckpointFile,
  proposeCheckpoint,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { outcomeOf } from "@pdiem/light-client/testing/outcome";
import { checkpointId, keepCheckpoints } from "@pdiem/relayer/stores/checkpoint-store";
import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { useTestRedis } from "./support/test-redis.js";

const PREFIX = "checkpoints-test";
const KEY = `${PREFIX}:checkpoints`;
const MOST = 64;

let redis: Redis;
useTestRedis((connection) => {
  redis = connection;
});

const [FIRST, SECOND] = GUARDIAN_SEEDS as [Uint8Array, Uint8Array];

const madeAt = (time: bigint, ...seeds: readonly Uint8Array[]): CheckpointFile => {
  const statement = { diem: { epoch: 1n, hash: filled(32, 1) }, relay: { setId: 1n, hash: filled(32, 2) }, time };
  return seeds.reduce(
    addCheckpointSignature,
    proposeCheckpoint(EXAMPLE_ID, { ...statement, nonces: undefined, specVersions: [], signers: [] }),
  );
};

describe("the relayers' checkpoints", () => {
  it("gather the signatures of one statement, newest statement first, for whoever shares the Redis", async () => {
    const store = keepCheckpoints(redis, PREFIX);
    await store.add(madeAt(5n, FIRST));
    await store.add(madeAt(7n, FIRST));
    await keepCheckpoints(redis, PREFIX).add(madeAt(5n, SECOND));
    const all = await store.all();
    expect(all.map(({ file }) => [file.checkpoint.time, file.signatures.length])).toEqual([
      [7n, 1],
      [5n, 2],
    ]);
    await store.remove([checkpointId(madeAt(7n))]);
    expect(await store.all()).toHaveLength(1);
  });

  it("lose no signature, however many hand one in at the same instant through several relayers", async () => {
    const [other, third] = [redis.duplicate(), redis.duplicate()];
    try {
      const stores = [redis, other, third].map((connection) => keepCheckpoints(connection, PREFIX));
      const seeds = Array.from({ length: 12 }, (_, i) => filled(32, 100 + i));
      await Promise.all(seeds.map((seed, i) => stores[i % stores.length]?.add(madeAt(5n, seed))));
      expect((await keepCheckpoints(redis, PREFIX).all()).map(({ file }) => file.signatures.length)).toEqual([12]);
    } finally {
      other.disconnect();
      third.disconnect();
    }
  });

  it("remember why the enclave refused one until more have signed it", async () => {
    const store = keepCheckpoints(redis, PREFIX);
    const { id } = await store.add(madeAt(5n, FIRST));
    await store.refuse(id, "refused/checkpoint-sets: …");
    expect((await store.all())[0]?.refused).toBe("refused/checkpoint-sets: …");
    await store.add(madeAt(5n, SECOND));
    expect((await store.all())[0]?.refused).toBeUndefined();
  });

  it("take no forged signature, and pass over what somebody else has put into Redis", async () => {
    const store = keepCheckpoints(redis, PREFIX);
    const forged = { ...madeAt(5n), signatures: madeAt(6n, FIRST).signatures };
    expect(await outcomeOf(store.add(forged))).toBe("proof/guardian-signature");
    await redis.hset(
      KEY,
      "a",
      "{",
      "b",
      '{"file":{}}',
      "c",
      JSON.stringify({ file: formatCheckpointFile(madeAt(9n)) }),
    );
    expect((await store.all()).map(({ id }) => id)).toEqual(["c"]);
  });

  it("can't be crowded out by one guardian alone", async () => {
    const store = keepCheckpoints(redis, PREFIX);
    for (let time = 1; time <= MOST; time++) await store.add(madeAt(BigInt(time), FIRST));
    expect(await outcomeOf(store.add(madeAt(1_000n, SECOND)))).toBe("relayer/full");
    const forged = { ...madeAt(1_000n), signatures: madeAt(1_001n, FIRST, SECOND).signatures };
    expect(await outcomeOf(store.add(forged))).toBe("proof/guardian-signature");
    expect(await store.all()).toHaveLength(MOST);
    await store.add(madeAt(1_000n, FIRST, SECOND));
    const times = (await store.all()).map(({ file }) => file.checkpoint.time);
    expect(times).toHaveLength(MOST);
    expect([times[0], times.at(-1)]).toEqual([1_000n, 2n]);
  });
});
