/**
 * How fast payouts follow each other on a whole local bridge, and on what each of them waits: one
 * is signed only once the one before is proven. Prints its figures as JSON.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonLine } from "@pdiem/devnet/local-bridge/child";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { type RelayedBridge, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { createHolder, type Holder, wrap } from "../e2e/support/withdrawals.js";
import { medianOf } from "./measure.js";

/** Milliseconds, medians. */
export interface Throughput {
  readonly payouts: number;
  readonly pollMs: number;
  /** From one payment on the ledger to the next; what it is made of. */
  readonly each: number;
  /** From a payment on the ledger to the relayer's having proven it. */
  readonly seen: number;
  /** From there to the next payment, signed by the enclave upon fresh proofs. */
  readonly signed: number;
  /** From there to the ledger. */
  readonly included: number;
}

const PAYOUTS = 24;
const WRAPPED = 100_000_000n;
const AMOUNT = 200_000n;
const POLLS_MS = [500, 50];
const SAMPLE_MS = 2;

/** Custody's payments as they come onto the ledger, by sequence number: when, ms since 1970. */
const watchLedger = ({ chains, config }: RelayedBridge) => {
  const { chain } = chains.diem;
  const times = new Map<number, number>();
  let next = Number(chain.sequenceNumberOf(config.diem.custody));
  const first = next;
  const timer = setInterval(() => {
    const now = Number(chain.sequenceNumberOf(config.diem.custody));
    for (; next < now; next++) times.set(next, Date.now());
  }, SAMPLE_MS);
  return { first, times, stop: () => clearInterval(timer) };
};

interface LogLine {
  readonly at: number;
  readonly message: string;
  readonly hash: string;
  readonly sequenceNumber: number | undefined;
}

const logLines = (file: string): readonly LogLine[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .flatMap((text) => {
      const { time, msg, payout, sequenceNumber } = jsonLine(text) ?? {};
      if (typeof payout !== "string") return [];
      const number = sequenceNumber === undefined ? undefined : Number(sequenceNumber);
      return [{ at: Date.parse(String(time)), message: String(msg), hash: payout, sequenceNumber: number }];
    });

/** When the payment of each sequence number was signed, and proven. */
const relayerTimes = (file: string) => {
  const numbers = new Map<string, number>();
  const signed = new Map<number, number>();
  const proven = new Map<number, number>();
  for (const { at, message, hash, sequenceNumber } of logLines(file)) {
    if (message === "payment signed" && sequenceNumber !== undefined) {
      numbers.set(hash, sequenceNumber);
      signed.set(sequenceNumber, at);
    }
    const number = numbers.get(hash);
    if (message === "payment proven" && number !== undefined) proven.set(number, at);
  }
  return { signed, proven };
};

const difference = (from: number | undefined, to: number | undefined): readonly number[] =>
  from === undefined || to === undefined ? [] : [to - from];

const measureOnce = async (bridge: RelayedBridge, holder: Holder, pollMs: number): Promise<Throughput> => {
  const settings = JSON.parse(readFileSync(bridge.relayerFile, "utf8"));
  for (const chain of [settings.diem, settings.parachain, settings.relay]) chain.pollMs = pollMs;
  writeFileSync(bridge.relayerFile, JSON.stringify(settings));
  await bridge.relayer().stop();
  await bridge.restartRelayer();
  const payees = Array.from({ length: PAYOUTS }, () => createAccount(bridge.chains.diem, 0n, "A payee").address);
  const ledger = watchLedger(bridge);
  await holder.sendTold(
    payees.map((payee) => ({
      preimage: { payee, subaddress: undefined, refundAccount: undefined },
      amount: AMOUNT,
    })),
  );
  await eventually(() => (ledger.times.size >= PAYOUTS ? true : undefined), 120_000);
  ledger.stop();
  const last = ledger.first + PAYOUTS - 1;
  const log = join(bridge.folder, "relayer.log");
  await eventually(() => relayerTimes(log).proven.get(last), 30_000);
  const { signed, proven } = relayerTimes(log);
  const numbers = Array.from({ length: PAYOUTS - 1 }, (_, i) => ledger.first + i);
  const between = (from: (number: number) => number | undefined, to: (number: number) => number | undefined): number =>
    medianOf(numbers.flatMap((number) => difference(from(number), to(number))));
  return {
    payouts: PAYOUTS,
    pollMs,
    each: between(
      (number) => ledger.times.get(number),
      (number) => ledger.times.get(number + 1),
    ),
    seen: between(
      (number) => ledger.times.get(number),
      (number) => proven.get(number),
    ),
    signed: between(
      (number) => proven.get(number),
      (number) => signed.get(number + 1),
    ),
    included: between(
      (number) => signed.get(number + 1),
      (number) => ledger.times.get(number + 1),
    ),
  };
};

const bridge = await startRelayedBridge();
const holder = await createHolder(bridge);
try {
  await wrap(bridge, holder, WRAPPED);
  await eventually(async () => {
    const [balance = 0n] = await bridge.balances("XUS", [holder.account]);
    return balance > 0n ? true : undefined;
  }, 60_000);
  const measured: Throughput[] = [];
  for (const pollMs of POLLS_MS) measured.push(await measureOnce(bridge, holder, pollMs));
  process.stdout.write(JSON.stringify(measured));
} finally {
  await holder.close();
  await bridge.stop();
}
