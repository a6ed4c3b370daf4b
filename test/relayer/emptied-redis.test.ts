import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXAMPLE_ID, filled } from "@pdiem/bridge/testing/config";
import { PAUSE } from "@pdiem/bridge/testing/guardians";
import { exampleGovernance } from "@pdiem/bridge/testing/world";
import { addSignature, proposeDecision } from "@pdiem/bridge-client/guardians/decision-file";
import { keepDecisions } from "@pdiem/relayer/stores/decision-store";
import { keepFeeClaims } from "@pdiem/relayer/stores/fee-claims";
import { watchPresence } from "@pdiem/relayer/stores/presence";
import { preimageFile } from "@pdiem/relayer/sync/transfers/preimage-file";
import { keepWithdrawalAccounts, type WithdrawalAccounts } from "@pdiem/relayer/sync/transfers/withdrawal-accounts";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { useTestRedis } from "./support/test-redis.js";

const PREFIX = "emptied-test";

let redis: Redis;
useTestRedis((connection) => {
  redis = connection;
});

const preimage = (byte: number) => ({
  payee: filled(16, byte),
  subaddress: undefined,
  refundAccount: filled(32, 9),
});

const folder = mkdtempSync(join(tmpdir(), "pdiem-emptied-redis-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A relayer's, which has a disk of its own. */
const accountsOf = (relayer: string) =>
  keepWithdrawalAccounts({
    redis,
    prefix: PREFIX,
    bridgeId: EXAMPLE_ID,
    file: preimageFile(join(folder, relayer), EXAMPLE_ID),
  });

const payeesOf = (accounts: WithdrawalAccounts) => new Set(accounts.all().map(({ preimage }) => preimage.payee[0]));

const pause = (seed: number) => {
  const place = { governance: exampleGovernance, until: 1_700_000_000_000n };
  return addSignature(proposeDecision(EXAMPLE_ID, place, PAUSE), filled(32, seed));
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

  it("has them again though it is emptied just while they are read", async () => {
    const store = keepDecisions(redis, PREFIX);
    const pending = await store.addFile(pause(7));
    const other = redis.duplicate();
    await other.ping();
    for (let round = 0; round < 200; round++) {
      const asked = store.all();
      // Sooner or later than what is read, and in between.
      for (let hop = 0; hop < round % 8; hop++) await undefined;
      await other.flushdb();
      await asked;
      expect([round, await store.all()]).toEqual([round, [pending]]);
    }
    other.disconnect();
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
    const [one, other] = [accountsOf("one"), accountsOf("other")];
    await one.share();
    await other.share();
    await one.present([preimage(1)]);
    await redis.flushdb();
    await other.present([preimage(2)]);
    await one.share();
    await other.share();
    for (const relayer of [one, other]) expect(payeesOf(relayer)).toEqual(new Set([1, 2]));
  });

  it("has the withdrawal accounts again that a relayer was told before it was started anew", async () => {
    await accountsOf("anew").present([preimage(3)]);
    await redis.flushdb();
    const anew = accountsOf("anew");
    await anew.share();
    expect(payeesOf(anew)).toEqual(new Set([3]));
    const empty = accountsOf("empty");
    await empty.share();
    expect(payeesOf(empty)).toEqual(new Set([3]));
  });
});
