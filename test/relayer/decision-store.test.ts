import type { MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import { EXAMPLE_ID, filled, GUARDIAN_SEEDS } from "@pdiem/bridge/testing/config";
import { PAUSE } from "@pdiem/bridge/testing/guardians";
import { exampleGovernance } from "@pdiem/bridge/testing/world";
import { addSignature, type DecisionFile, proposeDecision } from "@pdiem/bridge-client/guardians/decision-file";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { outcomeOf } from "@pdiem/light-client/testing/outcome";
import { keepDecisions } from "@pdiem/relayer/stores/decision-store";
import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { useTestRedis } from "./support/test-redis.js";

const PREFIX = "decisions-test";
const MOST = 64;

let redis: Redis;
useTestRedis((connection) => {
  redis = connection;
});

const [FIRST, SECOND] = GUARDIAN_SEEDS as [Uint8Array, Uint8Array];

/** Until another time each is another decision. */
const pauseUntil = (until: bigint, ...seeds: readonly Uint8Array[]): DecisionFile =>
  seeds.reduce(addSignature, proposeDecision(EXAMPLE_ID, { governance: exampleGovernance, until }, PAUSE));

const fork = (version = 9, epoch = 1n): MisbehaviourEvidence => {
  const [first, second] = ["one", "other"].map((root) =>
    signLedgerInfo(ledgerInfoAt(version, hashOfText(root), epoch), validators(4)),
  );
  if (first === undefined || second === undefined) throw new RangeError("expected two");
  return { type: "diem", value: { first, second } };
};

describe("the relayers' pending decisions", () => {
  it("lose no signature, however many hand one in at the same instant through several relayers", async () => {
    const [other, third] = [redis.duplicate(), redis.duplicate()];
    try {
      const stores = [redis, other, third].map((connection) => keepDecisions(connection, PREFIX));
      const seeds = Array.from({ length: 12 }, (_, i) => filled(32, 100 + i));
      await Promise.all(seeds.map((seed, i) => stores[i % stores.length]?.addFile(pauseUntil(5n, seed))));
      const all = await keepDecisions(redis, PREFIX).all();
      expect(all.map((pending) => pending.type === "file" && pending.file.signatures.length)).toEqual([12]);
    } finally {
      other.disconnect();
      third.disconnect();
    }
  });

  it("can't be crowded out by one guardian alone: what more have signed finds room, and so does evidence", async () => {
    const store = keepDecisions(redis, PREFIX);
    for (let until = 1; until <= MOST; until++) await store.addFile(pauseUntil(BigInt(until), FIRST));
    expect(await outcomeOf(store.addFile(pauseUntil(1_000n, SECOND)))).toBe("relayer/full");
    const forged = { ...pauseUntil(1_000n), signatures: pauseUntil(1_001n, FIRST, SECOND).signatures };
    expect(await outcomeOf(store.addFile(forged))).toBe("proof/guardian-signature");
    expect(await store.all()).toHaveLength(MOST);
    const ids = [await store.addFile(pauseUntil(1_000n, FIRST, SECOND)), await store.addEvidence(fork())].map(
      ({ id }) => id,
    );
    const all = await store.all();
    expect(all).toHaveLength(MOST);
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    const kept = all.find((one) => one.type === "file" && one.file.signatures.length === 1);
    if (kept?.type !== "file") throw new RangeError("expected one that only the first has signed");
    await store.addFile(pauseUntil(kept.file.decision.until, SECOND));
    expect(await store.all()).toHaveLength(MOST);
  });

  it("take evidence against a set once, however much its keys can make", async () => {
    const store = keepDecisions(redis, PREFIX);
    const first = await store.addEvidence(fork());
    expect(await store.addEvidence(fork(10))).toEqual(first);
    await store.addEvidence(fork(9, 2n));
    expect(await store.all()).toHaveLength(2);
  });

  it("note why one isn't taken, and nothing about one that has gone", async () => {
    const store = keepDecisions(redis, PREFIX);
    const { id } = await store.addFile(pauseUntil(5n, FIRST));
    await store.refuse(id, "refused/decision-expired: …");
    expect((await store.all()).map(({ refused }) => refused)).toEqual(["refused/decision-expired: …"]);
    await store.remove([id]);
    await store.refuse(id, "refused/decision-expired: …");
    expect(await store.all()).toEqual([]);
  });
});
