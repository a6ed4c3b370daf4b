/**
 * What it costs that two of three enclaves sign, beside one that holds the key whole: in one run,
 * over local bridges of real processes. `node holders.js [batches] [backlogs]`.
 */
import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import type { HoldersOption } from "@pdiem/devnet/local-bridge/holders-json";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { type RelayedBridge, rawFor, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { type Span, startTraceCollector, type TraceCollector } from "../e2e/support/trace-collector.js";
import { medianOf, percentile } from "./measure.js";
import { residentBytes } from "./resident-bytes.js";

const [BATCHES = 40, BACKLOGS = 3] = process.argv.slice(2).map(Number);
/** The first ones fill caches, and compile. */
const WARM_UP = 5;
const BACKLOG = 50;
const AMOUNT = 1_000_000n;
/** Too short to name a beneficiary: it is refunded. */
const NOBODY = new Uint8Array(1);
const SAMPLE_MS = 2;
const PATIENCE_MS = 300_000;
/** Blocks follow fast all the time, though each is 6 s after the last by the chains' own time. */
const MAX_LEAD_MS = 7_200_000;
const MEBIBYTE = 2 ** 20;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`;

/** Times in ms, but where a name says otherwise. */
interface Cost {
  /** From asking for signatures to the signed batch, each of one deposit, by how long it took. */
  readonly signing: readonly number[];
  /** The same, from proving on. */
  readonly making: readonly number[];
  readonly payoutSigning: number;
  /** From the first request for signatures until the ledger has executed all. */
  readonly payoutsASecond: number;
  /** Bytes that all enclaves together have in memory. */
  readonly resident: number;
}

const ms = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;
const startOf = ({ startTimeUnixNano }: Span): number => ms(startTimeUnixNano);
const endOf = ({ endTimeUnixNano }: Span): number => ms(endTimeUnixNano);
const rising = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

const spansOf = (collector: TraceCollector, name: string, since: number): readonly Span[] =>
  collector.named(name).filter((one) => startOf(one) >= since);

/** Waits until so many transfers are told to have taken a step. */
const untilTold = (collector: TraceCollector, name: string, since: number, count: number): Promise<readonly Span[]> =>
  eventually(() => {
    const told = spansOf(collector, name, since);
    return told.length >= count ? told : undefined;
  }, PATIENCE_MS);

/** Lists each request once, though each transfer in it has a span of it. */
const requestsOf = (spans: readonly Span[]): readonly Span[] => [
  ...new Map(spans.map((one) => [one.startTimeUnixNano, one])).values(),
];

/** Settles deposits one by one. */
const measureBatches = async (
  bridge: RelayedBridge,
  collector: TraceCollector,
): Promise<Pick<Cost, "signing" | "making">> => {
  const began = Date.now();
  for (let i = 0; i < WARM_UP + BATCHES; i++) {
    await bridge.pay("XUS", AMOUNT, rawFor(randomBytes(32)));
    await bridge.ended(i);
  }
  const signed = (await untilTold(collector, "enclave settle", began, WARM_UP + BATCHES)).slice(WARM_UP);
  const proofs = spansOf(collector, "prove batch", began);
  return {
    signing: rising(signed.map((one) => endOf(one) - startOf(one))),
    making: rising(
      signed.flatMap((one) => {
        const last = proofs.filter((proof) => startOf(proof) <= startOf(one)).at(-1);
        return last === undefined ? [] : [endOf(one) - startOf(last)];
      }),
    ),
  };
};

/** Counts how often a slot was left out of a signature since the relayer's start, by code. */
const sayLeftOut = async (name: string, bridge: RelayedBridge): Promise<void> => {
  const { holders } = await bridge.ask<StatusView>("/api/v1/status");
  for (const { slot, failures } of holders?.slots ?? [])
    for (const [code, count] of Object.entries(failures)) say(`${name}: slot ${slot} left out, ${code}: ${count}`);
};

/** Has a backlog paid that one batch owes: the relayer finds it whole. */
const measurePayouts = async (
  bridge: RelayedBridge,
  collector: TraceCollector,
): Promise<Pick<Cost, "payoutSigning" | "payoutsASecond">> => {
  const { chain } = bridge.chains.diem;
  const paid = (): bigint => chain.sequenceNumberOf(bridge.config.diem.custody);
  await bridge.relayer().stop();
  const pays = Array.from({ length: BACKLOG }, () => bridge.pay("XUS", AMOUNT, NOBODY));
  for (const { status } of await Promise.all(pays))
    if (status !== "executed") throw new Error(`expected a deposit to execute: ${status}`);
  const before = paid();
  const began = Date.now();
  await bridge.restartRelayer();
  const end = began + PATIENCE_MS;
  while (paid() < before + BigInt(BACKLOG)) {
    if (Date.now() > end) throw new Error(`expected ${BACKLOG} payments within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  const executed = Date.now();
  const signed = requestsOf(await untilTold(collector, "enclave payout", began, BACKLOG));
  const first = Math.min(...signed.map(startOf));
  return {
    payoutSigning: signed.reduce((sum, one) => sum + endOf(one) - startOf(one), 0),
    payoutsASecond: (1000 * BACKLOG) / (executed - first),
  };
};

const measure = async (name: string, collector: TraceCollector, holders: HoldersOption | undefined): Promise<Cost> => {
  const bridge = await startRelayedBridge({
    ...(holders === undefined ? {} : { holders }),
    substrate: { assetHub: { cadence: { busyInterval: 300, idleInterval: 1_500, maxLead: MAX_LEAD_MS } } },
  });
  try {
    say(`${name}: the bridge is up (${load()})`);
    const batches = await measureBatches(bridge, collector);
    say(`${name}: ${batches.signing.length} batches (${load()})`);
    await sayLeftOut(name, bridge);
    const payouts: Awaited<ReturnType<typeof measurePayouts>>[] = [];
    for (let i = 0; i < BACKLOGS; i++) payouts.push(await measurePayouts(bridge, collector));
    say(`${name}: ${BACKLOGS} backlogs of ${BACKLOG} (${load()})`);
    await sayLeftOut(name, bridge);
    const slots = Array.from({ length: holders?.slots ?? 1 }, (_, i) => bridge.enclave(i + 1).child.pid);
    return {
      ...batches,
      payoutSigning: medianOf(payouts.map(({ payoutSigning }) => payoutSigning)),
      payoutsASecond: medianOf(payouts.map(({ payoutsASecond }) => payoutsASecond)),
      resident: slots.reduce((sum, pid) => sum + residentBytes(pid), 0),
    };
  } finally {
    await bridge.stop();
  }
};

const inMs = (value: number): string => `${value.toFixed(0)} ms`;
const times = (value: number, reference: number): string => `${(value / reference).toFixed(2)} times`;
const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(0)} MiB`;

const line = (name: string, sole: number, held: number, write: (value: number) => string): void =>
  out(
    `${name}: ${write(sole)} by the sole key, ${write(held)} by 2 of 3: a difference of ${write(held - sole)}, ${times(held, sole)}`,
  );

const tell = (sole: Cost, held: Cost): void => {
  for (const [name, of] of [
    ["a batch signed", ({ signing }: Cost) => signing],
    ["a batch proven and signed", ({ making }: Cost) => making],
  ] as const)
    for (const share of [0.5, 0.95])
      line(`${name}, p${100 * share}`, percentile(of(sole), share), percentile(of(held), share), inMs);
  line(`${BACKLOG} payouts signed`, sole.payoutSigning, held.payoutSigning, inMs);
  line("payouts a second", sole.payoutsASecond, held.payoutsASecond, (value) => value.toFixed(1));
  line("resident memory of the enclaves", sole.resident, held.resident, mebibytes);
};

const collector = await startTraceCollector();
// For the relayers, which inherit them.
process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
process.env.OTEL_BSP_SCHEDULE_DELAY = "100";
try {
  const sole = await measure("the sole key", collector, undefined);
  tell(sole, await measure("2 of 3", collector, { threshold: 2, slots: 3 }));
  out(load());
} finally {
  collector.close();
}
