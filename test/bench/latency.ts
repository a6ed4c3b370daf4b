/**
 * What relayers add to a deposit, over whole local bridges of real processes: from its commit on
 * Diem to the batch that a node was handed, each deposit alone; and how full the blocks of a
 * backlog are. `node latency.js [idle deposits] [backlog]`.
 */

import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { RelayerSettings } from "@pdiem/devnet/local-bridge/local-bridge";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { createClients } from "@pdiem/relayer/clients";
import { readConfig } from "@pdiem/relayer/config";
import { fullBatch } from "@pdiem/relayer/runtime/batch-room";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { startAnotherRelayer } from "../e2e/support/another-relayer.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { percentile } from "./measure.js";

const [DEPOSITS = 20, BACKLOG = 1_000] = process.argv.slice(2).map(Number);
const AMOUNT = 1_000_000n;
const SAMPLE_MS = 2;
/** How often an operator's relayer asks for news who has changed nothing. */
const POLL_MS = 2_000;
/** Quieter than any interval between batches. */
const QUIET_MS = 7_000;
/** A node takes 100 transactions of one sender at a time. */
const A_PAYER = 50;
const EXPIRES_AFTER = 3_600;
const PATIENCE_MS = 1_800_000;
/** More calls than half a block has room for: the runtime decides how full batches are. */
const CALLS = 2_000;
/** What a batch may take of half a block. */
const LIMIT = 0.95;

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
  /** How many a batch may mint; the share of half a block that they take, by the runtime. */
  readonly room: number;
  readonly share: number;
}

const roomOf = async ({ relayerFile, config }: RelayedBridge): Promise<Pick<Backlog, "room" | "share">> => {
  const settings = readConfig(relayerFile);
  const clients = createClients(settings, initialLightClientState(config));
  const found = await clients.room.roomOn(config.parachain.specVersion);
  if (found === undefined) throw new Error("expected a node to tell what a block has room for");
  const { refTime } = found.takeOf(fullBatch(found.mints));
  return { room: found.mints, share: (LIMIT * Number(refTime)) / Number(found.limit.refTime) };
};

/** Hands payments to the ledger itself: a wallet would ask after each of them. */
const payAll = async ({ chains, config }: RelayedBridge, count: number): Promise<void> => {
  const { chain, chainId } = chains.diem;
  const expirationTimestampSecs = BigInt(Math.floor(Date.now() / 1000) + EXPIRES_AFTER);
  const payers: { readonly address: Uint8Array; readonly paid: bigint }[] = [];
  for (let left = count; left > 0; left -= A_PAYER) {
    const seed = randomBytes(32);
    const paid = BigInt(Math.min(A_PAYER, left));
    const { address } = createAccount(chains.diem, paid * AMOUNT, "A payer", seed);
    for (let sequenceNumber = 0n; sequenceNumber < paid; sequenceNumber++) {
      const metadata = rawFor(randomBytes(32));
      const payment = { payee: config.diem.custody, currency: "XUS", amount: AMOUNT, metadata };
      const raw = {
        sender: address,
        sequenceNumber,
        payload: peerToPeer({ ...payment, metadataSignature: new Uint8Array() }),
        maxGasAmount: 1_000_000n,
        gasUnitPrice: 0n,
        gasCurrencyCode: "XUS",
        expirationTimestampSecs,
        chainId,
      };
      const { type } = chain.submit(signRawTransaction(raw, seed));
      if (type === "refused") throw new Error("expected the ledger to take all payments");
    }
    payers.push({ address, paid });
    await pause(0);
  }
  await momentOf(() => payers.every(({ address, paid }) => chain.sequenceNumberOf(address) === paid));
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
      ...room,
      mints: blocks.map((block) => byBlock.get(block) ?? 0),
      blocks: (blocks.at(-1) ?? 0) - (blocks[0] ?? 0) + 1,
    };
  } finally {
    await other?.child.stop();
    await bridge.stop();
  }
};

const tellBacklog = ({ relayers, seconds, mints, blocks, room, share }: Backlog): void => {
  // The last batch takes what is left.
  const full = mints.slice(0, -1);
  const mean = full.reduce((sum, one) => sum + one, 0) / full.length;
  out(
    `${relayers} relayer(s), ${BACKLOG} deposits: ${mints.length} batches over ${blocks} blocks in ${seconds.toFixed(1)} s; ` +
      `mints a batch ${mints.join(", ")}; ${room} are ${(100 * share).toFixed(1)} % of half a block; ` +
      `all but the last take ${((100 * share * mean) / room).toFixed(1)} % of it`,
  );
};

if (DEPOSITS > 0) {
  const took = await measureIdle();
  out(
    `idle, ${DEPOSITS} deposits, polls every ${POLL_MS} ms: p50 ${percentile(took, 0.5).toFixed(0)} ms, p95 ${percentile(took, 0.95).toFixed(0)} ms, most ${took.at(-1)?.toFixed(0)} ms; load ${loadavg()[0]?.toFixed(1)}`,
  );
}
if (BACKLOG > 0) for (const relayers of [1, 2] as const) tellBacklog(await measureBacklog(relayers));
