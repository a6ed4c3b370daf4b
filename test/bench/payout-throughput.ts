/**
 * How fast a whole local bridge pays a backlog, and how one batch folds many payments. Prints its
 * figures as JSON.
 */
import type { Items } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { historyAfter, include, nextDeposits, openBridge, settleRequest } from "../e2e/support/batches.js";
import { createPayer, deposit } from "../e2e/support/deposits.js";
import { startDevnet } from "../e2e/support/devnet.js";
import { included, payoutRequest, provePayout, submit } from "../e2e/support/payouts.js";
import { prove, type Shown } from "../e2e/support/proofs.js";
import { type RelayedBridge, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { createBridge, type TestBridge } from "../e2e/support/test-bridge.js";

export interface Throughput {
  readonly name: string;
  readonly payments: number;
  /**
   * From the first payment on the ledger to the last. Or what one batch took from its proofs to its
   * block.
   */
  readonly seconds: number;
  /** Bytes of the batch, where it is one. */
  readonly bytes?: number;
}

const BACKLOG = 500;
const FOLDED = 1_000;
/** Limit of one sender's payments at a time. */
const AT_ONCE = 64;
const AMOUNT = 1_000_000n;
/** Too short to name a beneficiary: it is refunded. */
const NOBODY = new Uint8Array(1);
const SAMPLE_MS = 5;
const PATIENCE_MS = 300_000;

const secondsSince = (start: number): number => (performance.now() - start) / 1000;

/** Pays custody what it can only send back. */
const payForNobody = async (pay: () => Promise<string>, count: number): Promise<void> => {
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, pay);
    for (const status of await Promise.all(some))
      if (status !== "executed") throw new Error(`expected a deposit to execute: ${status}`);
  }
};

/** When custody's sequence number moved first, and when by so much. */
const watchPayments = async ({ chains, config }: RelayedBridge, count: number): Promise<number> => {
  const { chain } = chains.diem;
  const number = (): bigint => chain.sequenceNumberOf(config.diem.custody);
  const before = number();
  const end = Date.now() + PATIENCE_MS;
  let first: number | undefined;
  while (Date.now() < end) {
    const paid = number() - before;
    if (paid > 0n) first ??= performance.now();
    if (first !== undefined && paid >= BigInt(count)) return secondsSince(first);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  throw new Error(`expected ${count} payments within ${PATIENCE_MS} ms`);
};

/** The relayer finds the whole backlog at once, so that one batch owes it. */
const measureBacklog = async (): Promise<Throughput> => {
  const bridge = await startRelayedBridge();
  try {
    await bridge.relayer().stop();
    await payForNobody(async () => (await bridge.pay("XUS", AMOUNT, NOBODY)).status, BACKLOG);
    const watched = watchPayments(bridge, BACKLOG);
    await bridge.restartRelayer();
    return { name: "a backlog is paid", payments: BACKLOG, seconds: await watched };
  } finally {
    await bridge.stop();
  }
};

interface Standing {
  readonly bridge: TestBridge;
  readonly history: History;
}

const settle = async ({ bridge, history }: Standing, items: Items, shown: Shown) => {
  const proofs = await prove(bridge, { ledger: history.ledger, ...shown });
  const signed = await bridge.enclave.client.settle(settleRequest(bridge, history, proofs, items));
  await include(bridge.devnet, signed);
  return { bytes: signed.extrinsic.length, standing: { bridge, history: historyAfter(bridge, history, signed) } };
};

const payAll = async ({ bridge, history }: Standing): Promise<void> => {
  for (let from = 0; from < history.releases.length; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE, history.releases.length);
    const indexes = Array.from({ length: to - from }, (_, i) => from + i);
    const request = payoutRequest(history, await provePayout(bridge, history), indexes);
    const { payments } = await bridge.enclave.client.payout(request);
    for (const payment of payments) await submit(bridge, payment);
    const last = payments.at(-1);
    if (last === undefined || (await included(bridge, last)) !== "executed")
      throw new Error("expected the payments to execute");
  }
};

const depositAll = async (bridge: TestBridge, payer: DiemWallet): Promise<void> =>
  payForNobody(async () => {
    await deposit(bridge, payer, NOBODY, AMOUNT);
    return "executed";
  }, FOLDED);

/** Without a relayer, which would fold earlier. */
const measureFold = async (): Promise<Throughput> => {
  const devnet = await startDevnet();
  try {
    const { first, ...bridge } = await openBridge(await createBridge(devnet));
    const payer = createPayer(devnet);
    await depositAll(bridge, payer);
    const deposits = Array.from({ length: FOLDED }, (_, i) => BigInt(i));
    const shown = { deposits, payees: [payer.address] };
    const { standing } = await settle({ bridge, history: first }, nextDeposits(FOLDED), shown);
    await payAll(standing);
    const start = performance.now();
    const folded = await settle(standing, { ...nextDeposits(0), fold: FOLDED }, { paidFrom: 0n });
    const seconds = secondsSince(start);
    const { releases } = folded.standing.history.ledger.paid;
    if (releases !== BigInt(FOLDED)) throw new Error(`expected ${FOLDED} releases to be folded, got ${releases}`);
    await eventually(() => (devnet.assetHub.finalized().header.number > 0 ? true : undefined));
    return { name: "one batch folds", payments: FOLDED, seconds, bytes: folded.bytes };
  } finally {
    await devnet.close();
  }
};

process.stdout.write(JSON.stringify([await measureBacklog(), await measureFold()]));
