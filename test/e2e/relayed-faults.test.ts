import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAnotherRelayer } from "./support/another-relayer.js";
import { emptyRedis } from "./support/empty-redis.js";
import type { NarrowDoor } from "./support/narrow-door.js";
import type { NarrowNode } from "./support/narrow-node.js";
import { type NarrowWays, openNarrowWays } from "./support/narrow-ways.js";
import { metadataFor, type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";

const FEE = 10_000n;
/** A batch's era passes at once here: none of its blocks waits for the machine's time, ms. */
const MAX_LEAD = 3_600_000;

let bridge: RelayedBridge;
let ways: NarrowWays;
/** The relayer's way to the enclave. */
let door: NarrowDoor;
/** Its way to the parachain's node. */
let narrow: NarrowNode;
let paid = 0;

beforeAll(async () => {
  ways = await openNarrowWays();
  [door, narrow] = [ways.door, ways.node];
  bridge = await startRelayedBridge({
    substrate: { assetHub: { cadence: { maxLead: MAX_LEAD } } },
    relayerSettings: ways.narrowed,
  });
});

afterAll(async () => {
  await bridge?.stop();
  await ways?.close();
});

const settled = async (count: number): Promise<number> => {
  const { deposits, ledger } = await bridge.ask<StatusView>("/api/v1/status");
  if (ledger === undefined) return 0;
  return Number(ledger.deposits.admitted) >= count && ledger.waiting.deposits === 0 ? (deposits.minted ?? 0) : 0;
};

/** Waits until everything paid so far is minted. */
const allMinted = (): Promise<number> =>
  eventually(async () => {
    const minted = await settled(paid).catch(() => 0);
    return minted === paid ? minted : undefined;
  });

const payAll = async (metadata: readonly Uint8Array[], amount: bigint): Promise<void> => {
  const receipts = await Promise.all(metadata.map((one) => bridge.pay("XUS", amount, one)));
  expect(receipts.every(({ status }) => status === "executed")).toBe(true);
  paid += receipts.length;
};

const expectBalances = async (accounts: readonly Uint8Array[], amount: bigint): Promise<void> => {
  const balances = await bridge.balances("XUS", accounts);
  expect(balances.every((balance) => balance === amount)).toBe(true);
};

describe("a bridge whose relayer and chains change under way", () => {
  const accounts = Array.from({ length: 300 }, () => randomBytes(32));

  it("mints 300 deposits once each, across an epoch, an authority set and a relayer killed in the middle", async () => {
    const [address = ""] = await bridge.register(accounts.slice(0, 1));
    const metadata = accounts.map((account, i) => (i === 0 ? metadataFor(address) : rawFor(account)));
    await payAll(metadata.slice(0, 100), 1_000_000n);
    bridge.chains.diem.association.nextEpoch();
    bridge.chains.relay.changeAuthorities();
    await payAll(metadata.slice(100, 200), 1_000_000n);
    await bridge.relayer().kill();
    bridge.chains.diem.association.nextEpoch();
    bridge.chains.relay.changeAuthorities();
    await payAll(metadata.slice(200), 1_000_000n);
    await bridge.restartRelayer();
    await allMinted();
    await expectBalances(accounts, 1_000_000n - FEE);
    expect(await bridge.supply("XUS")).toBe(300n * (1_000_000n - FEE));
    const { ledger } = await bridge.ask<StatusView>("/api/v1/status");
    // The slower a machine, the fewer are found at once.
    expect(ledger?.batches).toBeLessThan(accounts.length / 3);
  });

  it("settles fewer at a time where the enclave takes no larger request, all of them in the end", async () => {
    const many = Array.from({ length: 60 }, () => randomBytes(32));
    door.takeAtMost(50_000);
    // A relayer at work would settle the first ones while others are still being paid, and no batch
    // might be too large.
    await bridge.relayer().stop();
    await payAll(many.map(rawFor), 1_000_000n);
    await bridge.restartRelayer();
    await allMinted();
    door.takeAtMost(Number.POSITIVE_INFINITY);
    await expectBalances(many, 1_000_000n - FEE);
    expect(door.refused()).toBeGreaterThan(0);
  });

  it("settles half as many at a time where a node refuses a batch for its size, until one fits", async () => {
    const many = Array.from({ length: 40 }, () => randomBytes(32));
    await bridge.relayer().stop();
    await payAll(many.map(rawFor), 1_000_000n);
    narrow.takeAtMost(1_200);
    await bridge.restartRelayer();
    await allMinted();
    narrow.takeAtMost(Number.POSITIVE_INFINITY);
    await expectBalances(many, 1_000_000n - FEE);
    const [first = 0, second = 0] = [...new Set(narrow.refused())];
    expect(second).toBeGreaterThan(1_200);
    expect(second).toBeLessThan(0.8 * first);
  });

  it("settles half as many at a time where a batch expired that every node had taken", async () => {
    const many = Array.from({ length: 40 }, () => randomBytes(32));
    const first = paid;
    await bridge.relayer().stop();
    await payAll(many.map(rawFor), 1_000_000n);
    const before = narrow.refused().length;
    narrow.dropAbove(1_200);
    await bridge.restartRelayer();
    const large = await eventually(() => narrow.refused()[before]);
    // The next one may only be smaller, whatever its size.
    narrow.dropAbove(large - 1);
    const { mortalPeriod } = bridge.config.parachain;
    for (let i = 0; i <= mortalPeriod; i++) await bridge.chains.assetHub.produceBlock();
    await allMinted();
    narrow.takeAtMost(Number.POSITIVE_INFINITY);
    await expectBalances(many, 1_000_000n - FEE);
    const views = await Promise.all(many.map((_, i) => bridge.transfer(first + i)));
    const sizes = new Map<string | undefined, number>();
    for (const { result } of views) sizes.set(result?.batch, (sizes.get(result?.batch) ?? 0) + 1);
    expect(new Set(narrow.refused().slice(before))).toEqual(new Set([large]));
    expect(Math.max(...sizes.values())).toBe(many.length / 2);
  });

  it("goes on from an empty Redis as if nothing had been, its history read back from the chain", async () => {
    const before = (await bridge.transfer(7)).result;
    expect(before?.outcome).toBe("minted");
    await bridge.relayer().kill();
    await emptyRedis(bridge.redisUrl);
    await payAll([rawFor(accounts[1] ?? new Uint8Array())], 2_000_000n);
    await bridge.restartRelayer();
    await allMinted();
    expect(await bridge.supply("XUS")).toBe(440n * (1_000_000n - FEE) + 2_000_000n - FEE);
    // For whom it was minted follows from its payment, which stood in Redis alone.
    const { outcome, batch, block } = before ?? {};
    expect((await bridge.transfer(7)).result).toMatchObject({ outcome, batch, block });
    const known = await bridge.ask<{ registered?: { index: number } }>(
      `/api/v1/accounts/${Buffer.from(accounts[0] ?? []).toString("hex")}`,
    );
    expect(known.registered?.index).toBe(0);
  });

  it("goes on where its history in Redis is forged and its own file of light clients damaged, and says so calmly", async () => {
    await bridge.relayer().stop();
    const id = Buffer.from(bridgeId(bridge.config)).toString("hex").slice(0, 16);
    const journal = `pdiem-${id}:journal`;
    const redis = new Redis(bridge.redisUrl);
    const records = await redis.hgetall(journal);
    const [[anchor, newest] = ["", ""]] = Object.entries(records).sort(([, a], [, b]) =>
      JSON.parse(a).block < JSON.parse(b).block ? 1 : -1,
    );
    // The ledger in force alone, without what led there; and all blocks there will ever be are said
    // to have been read.
    await redis.multi().del(journal).hset(journal, anchor, newest).set(`${journal}-scanned`, "4294967295").exec();
    const state = join(bridge.folder, "state");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, `light-clients-${id}`), randomBytes(500), { mode: 0o600 });
    await payAll([rawFor(accounts[2] ?? new Uint8Array())], 2_000_000n);
    await bridge.restartRelayer();
    await allMinted();
    expect(await bridge.supply("XUS")).toBe(440n * (1_000_000n - FEE) + 2n * (2_000_000n - FEE));
    await expect
      .poll(async () => Object.keys(await redis.hgetall(journal)))
      .toEqual(expect.arrayContaining(Object.keys(records)));
    redis.disconnect();
    const log = readFileSync(join(bridge.folder, "relayer.log"), "utf8").split("\n");
    const said = log.find((line) => line.includes("what was kept can't be used"));
    expect(JSON.parse(said ?? "{}")).toMatchObject({ level: 40, reason: "it is damaged" });
  });

  it("mints once when Redis is emptied under a running relayer", async () => {
    const account = randomBytes(32);
    const redis = new Redis(bridge.redisUrl);
    const wipe = async (): Promise<void> => {
      for (let times = 0; times < 30; times++) {
        await redis.flushall();
        await setTimeout(300);
      }
    };
    await Promise.all([wipe(), payAll([rawFor(account), rawFor(account)], 1_000_000n)]);
    redis.disconnect();
    await allMinted();
    expect(await bridge.balances("XUS", [account])).toEqual([2n * (1_000_000n - FEE)]);
  });

  it("mints once when two relayers race, each with queues of its own", async () => {
    const { child: second } = await startAnotherRelayer(bridge, "second");
    try {
      const racing = Array.from({ length: 20 }, () => randomBytes(32));
      for (let i = 0; i < racing.length; i += 5) await payAll(racing.slice(i, i + 5).map(rawFor), 1_000_000n);
      await allMinted();
      await expectBalances(racing, 1_000_000n - FEE);
    } finally {
      await second.stop();
    }
  });
});
