/**
 * What relayers add to a deposit, over whole local bridges of real processes: from its commit on
 * Diem to the batch that a node was handed, each deposit alone; and how full the blocks of a
 * backlog are. `node latency.js [idle deposits] [backlog]`.
 */

import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { RelayerSettings } from "@pdiem/devnet/local-bridge/local-bridge";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { createClients } from "@pdiem/relayer/clients";
import { readConfig } from "@pdiem/relayer/config";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { startAnotherRelayer } from "../e2e/support/another-relayer.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "../e2e/support/relayed-bridge.js";

const [DEPOSITS = 20, BACKLOG = 1_000] = process.argv.slice(2).map(Number);
const AMOUNT = 1_000_000n;
const SAMPLE_MS = 2;
/** How often an operator's relayer asks for news who has changed nothing. */
const POLL_MS = 2_000;
/** Quieter than any interval between batches. */
const QUIET_MS = 7_000;
const PAYERS = 8;
const PATIENCE_MS = 1_800_000;
/** More calls than half a block has room for: the runtime decides how full batches are. */
const CALLS = 2_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const out = (text: string): void => void process.stdout.write(`${text}\n`);

/** Looks again and again; gives the moment at which it was so. */
const momentOf = async (isSo: () => boolean | Promise<boolean>): Promise<number> => {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (await isSo()) return performance.now();
    await pause(SAMPLE_MS);
  }
  throw new Error(`expected it within ${PATIENCE_MS} ms`);
};

const atDefaults = (settings: RelayerSettings): RelayerSettings => ({
  ...settings,
  diem: { ...settings.diem, pollMs: POLL_MS },
  parachain: { ...settings.parachain, pollMs: POLL_MS },
  relay: { ...settings.relay, pollMs: POLL_MS },
});

/** Counts what nodes of the parachain hold, or have put into blocks, besides inherents. */
const watchSubmissions = ({ chains }: RelayedBridge) => {
  let inBlocks = 0;
  const stop = chains.assetHub.onBlock(({ block }) => {
    inBlocks += block.extrinsics.length - 2;
  });
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "author_pendingExtrinsics", params: [] });
  const isPending = async (): Promise<boolean> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(chains.assetHub.url, { method: "POST", headers, body });
    return ((await answer.json()) as { result: readonly string[] }).result.length > 0;
  };
  return {
    stop,
    next: (): Promise<number> => {
      const before = inBlocks;
      return momentOf(async () => inBlocks > before || (await isPending()) || inBlocks > before);
    },
  };
};

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

const measureIdle = async (): Promise<readonly number[]> => {
  const bridge = await startRelayedBridge({
    relayerSettings: atDefaults,
    diem: { blockInterval: 100, idleInterval: 1_000 },
    substrate: { assetHub: { cadence: { busyInterval: 2_000, idleInterval: 6_000 } } },
  });
  const submissions = watchSubmissions(bridge);
  const { chain } = bridge.chains.diem;
  const took: number[] = [];
  try {
    for (let i = 0; i < DEPOSITS; i++) {
      // Each at another moment of whatever goes round.
      await pause(QUIET_MS + (POLL_MS * i) / DEPOSITS);
      const before = chain.sequenceNumberOf(bridge.payer.address);
      const committed = momentOf(() => chain.sequenceNumberOf(bridge.payer.address) > before);
      const submitted = submissions.next();
      await bridge.pay("XUS", AMOUNT, rawFor(randomBytes(32)));
      took.push((await submitted) - (await committed));
      say(`${i}: ${took.at(-1)?.toFixed(0)} ms (load ${loadavg()[0]?.toFixed(1)})`);
      await bridge.ended(i);
    }
  } finally {
    submissions.stop();
    await bridge.stop();
  }
  return took.sort((a, b) => a - b);
};

interface Backlog {
  readonly relayers: number;
  readonly seconds: number;
  /** What each batch minted, in order. */
  readonly mints: readonly number[];
  /** Blocks from the first batch's to the last's. */
  readonly blocks: number;
  /** How many a block has room for: 95 % of its half. */
  readonly room: number;
}

const roomOf = async ({ relayerFile, config }: RelayedBridge): Promise<number> => {
  const settings = readConfig(relayerFile);
  const clients = createClients(settings, initialLightClientState(config));
  return (await clients.room.roomOn(config.parachain.specVersion))?.mints ?? Number.NaN;
};

const payAll = async ({ chains, config }: RelayedBridge, count: number): Promise<void> => {
  const payers = Array.from({ length: PAYERS }, (_, i) =>
    createAccount(chains.diem, BigInt(count) * AMOUNT, `Payer ${i}`),
  );
  const statuses = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const metadata = rawFor(randomBytes(32));
      const payer = payers[i % PAYERS];
      return (await payer?.pay({ payee: config.diem.custody, currency: "XUS", amount: AMOUNT, metadata }))?.status;
    }),
  );
  if (statuses.some((status) => status !== "executed")) throw new Error("expected all payments to execute");
};

const ended = async (bridge: RelayedBridge): Promise<readonly TransferView[]> => {
  const all: TransferView[] = [];
  let cursor = "";
  do {
    const page = await bridge.ask<{ transfers: readonly TransferView[]; next?: string }>(
      `/api/v1/transfers?state=ended&limit=1000${cursor}`,
    );
    all.push(...page.transfers);
    cursor = page.next === undefined ? "" : `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor !== "");
  return all;
};

const measureBacklog = async (relayers: 1 | 2): Promise<Backlog> => {
  const bridge = await startRelayedBridge({
    relayerSettings: atDefaults,
    limits: { batch: { ...DEFAULT_LIMITS.batch, calls: CALLS } },
    diem: { blockInterval: 50, idleInterval: 250 },
  });
  let other: Awaited<ReturnType<typeof startAnotherRelayer>> | undefined;
  try {
    const room = await roomOf(bridge);
    await bridge.relayer().stop();
    say(`paying ${BACKLOG} deposits (load ${loadavg()[0]?.toFixed(1)})`);
    await payAll(bridge, BACKLOG);
    say("paid; the relayers start");
    const start = performance.now();
    await bridge.restartRelayer();
    if (relayers === 2) other = await startAnotherRelayer(bridge, "pdiem");
    await eventually(async () => {
      const { deposits } = await bridge
        .ask<{ deposits: Readonly<Record<string, number>> }>("/api/v1/status")
        .catch(() => ({ deposits: {} as Readonly<Record<string, number>> }));
      return (deposits.minted ?? 0) >= BACKLOG ? true : undefined;
    }, PATIENCE_MS);
    const seconds = (performance.now() - start) / 1000;
    const byBlock = new Map<number, number>();
    for (const { result } of await ended(bridge))
      if (result?.outcome === "minted") byBlock.set(result.block, (byBlock.get(result.block) ?? 0) + 1);
    const blocks = [...byBlock.keys()].sort((a, b) => a - b);
    return {
      relayers,
      seconds,
      room,
      mints: blocks.map((block) => byBlock.get(block) ?? 0),
      blocks: (blocks.at(-1) ?? 0) - (blocks[0] ?? 0) + 1,
    };
  } finally {
    await other?.child.stop();
    await bridge.stop();
  }
};

const tellBacklog = ({ relayers, seconds, mints, blocks, room }: Backlog): void => {
  // The last batch takes what is left.
  const full = mints.slice(0, -1);
  const mean = full.reduce((sum, one) => sum + one, 0) / full.length;
  out(
    `${relayers} relayer(s), ${BACKLOG} deposits: ${mints.length} batches over ${blocks} blocks in ${seconds.toFixed(1)} s; ` +
      `mints a batch ${mints.join(", ")}; room ${room} (95 % of the half block); ` +
      `all but the last fill ${((100 * mean) / room).toFixed(1)} % of it`,
  );
};

if (DEPOSITS > 0) {
  const took = await measureIdle();
  out(
    `idle, ${DEPOSITS} deposits, polls every ${POLL_MS} ms: p50 ${percentile(took, 0.5).toFixed(0)} ms, p95 ${percentile(took, 0.95).toFixed(0)} ms, most ${took.at(-1)?.toFixed(0)} ms; load ${loadavg()[0]?.toFixed(1)}`,
  );
}
if (BACKLOG > 0) for (const relayers of [1, 2] as const) tellBacklog(await measureBacklog(relayers));
