import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { NO_DECISIONS } from "@pdiem/bridge/governance/decision-chain";
import { addSignature, proposeDecision } from "@pdiem/bridge-client/guardians/decision-file";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { keepWithdrawalAccounts } from "@pdiem/relayer/sync/transfers/withdrawal-accounts";
import { keepDecisions } from "@pdiem/relayer/jobs/decision-store";
import { keepFeeClaims } from "@pdiem/relayer/jobs/fee-claims";
import { watchPresence } from "@pdiem/relayer/jobs/presence";
import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { useTestRedis } from "./support/test-redis.js";

const PREFIX = "emptied-test";

let redis: Redis;
useTestRedis((connection) => {
  redis = connection;
});

const preimage = (byte: number) => ({ payee: filled(16, byte), subaddress: undefined, refundAccount: undefined });

const pause = (seed: number) => {
  const id = bridgeId(exampleConfig);
  const place = { decisions: NO_DECISIONS, until: 1_700_000_000_000n };
  return addSignature(proposeDecision(id, place, { type: "pause", value: undefined }), filled(32, seed));
};

describe("a Redis emptied under a relayer", () => {
  it("is noticed once for each time, and again where giving everything back failed", async () => {
    const presence = watchPresence(redis, PREFIX);
    let given = 0;
    const give = () =>
      presence.whenLost(async () => {
        given += 1;
      });
    await give();
    await give();
    expect(given).toBe(1);
    await redis.flushdb();
    await expect(presence.whenLost(() => Promise.reject(new Error("no room")))).rejects.toThrow("no room");
    await give();
    await give();
    expect(given).toBe(2);
  });

  it("is noticed when it happens while everything is given back", async () => {
    const presence = watchPresence(redis, PREFIX);
    await presence.whenLost(async () => void (await redis.flushdb()));
    let given = 0;
    await presence.whenLost(async () => {
      given += 1;
    });
    expect(given).toBe(1);
  });

  it("has its pending decisions and their signatures again, and those that came since", async () => {
    const store = keepDecisions(redis, PREFIX);
    await store.addFile(pause(7));
    await redis.flushdb();
    const merged = await store.addFile(pause(8));
    expect(merged).toMatchObject({ type: "file", file: { signatures: [expect.anything(), expect.anything()] } });
    await redis.flushdb();
    expect(await store.all()).toEqual([merged]);
    expect(await keepDecisions(redis, PREFIX).all()).toEqual([merged]);
    await store.remove([merged.id]);
    await redis.flushdb();
    expect(await store.all()).toEqual([]);
  });

  it("has them again for whoever asks while they are given back", async () => {
    const store = keepDecisions(redis, PREFIX);
    const pending = await store.addFile(pause(7));
    for (let round = 0; round < 5; round++) {
      await redis.flushdb();
      const asked: Promise<unknown>[] = [];
      for (let i = 0; i < 6; i++) {
        asked.push(store.all());
        await redis.ping();
      }
      expect(await Promise.all(asked)).toEqual(asked.map(() => [pending]));
    }
  });

  it("has again what one of its relayers knew, where another began with nothing", async () => {
    const [one, other] = [keepDecisions(redis, PREFIX), keepDecisions(redis, PREFIX)];
    const pending = await one.addFile(pause(7));
    await redis.flushdb();
    expect(await other.all()).toEqual([]);
    expect(await one.all()).toEqual([pending]);
    expect(await other.all()).toEqual([pending]);
  });

  it("has its claims of fees again, with what they wait for", async () => {
    const claims = keepFeeClaims(redis, PREFIX);
    await claims.add(["XUS", "XDX"]);
    await claims.explain("XDX", "room");
    await redis.flushdb();
    expect(await claims.all()).toEqual([{ code: "XUS" }, { code: "XDX", waitingFor: "room" }]);
  });

  it("has the withdrawal accounts of each of its relayers again, however few another has told it of since", async () => {
    const [one, other] = [0, 1].map(() => keepWithdrawalAccounts(redis, PREFIX, filled(32, 1)));
    if (one === undefined || other === undefined) throw new RangeError("expected two");
    await one.share();
    await other.share();
    await one.present([preimage(1)]);
    await redis.flushdb();
    await other.present([preimage(2)]);
    await one.share();
    await other.share();
    for (const relayer of [one, other])
      expect(new Set(relayer.all().map((account) => account.preimage.payee[0]))).toEqual(new Set([1, 2]));
  });
});
