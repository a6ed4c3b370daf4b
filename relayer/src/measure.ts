import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { toHex } from "@pdiem/light-client/bytes";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import type { NodeFault } from "./chains/rpc/node-fault.js";
import { monotonicNow } from "./clock.js";
import { jobCounts } from "./jobs/job-counts.js";
import type { Queues } from "./jobs/jobs.js";
import type { PausedQueue } from "./jobs/paused-queues.js";
import type { LastPoll } from "./last-poll.js";
import type { Metrics } from "./metrics.js";
import type { Obstacles } from "./readiness/obstacle.js";
import type { HolderBlame } from "./signing/holder-record.js";
import type { ReservesKeeper } from "./simulate/prove-reserves.js";
import { longest } from "./since.js";
import type { BridgeView, CurrentLedger } from "./sync/bridge/bridge-view.js";
import type { Follower } from "./sync/bridge/follower.js";
import { governanceAt } from "./sync/bridge/governance.js";
import { owedIn } from "./sync/bridge/owed.js";
import { presentTerm } from "./sync/checkpoints/checkpoint-term.js";
import type { CheckpointWatch } from "./sync/checkpoints/checkpoint-watch.js";
import type { Clients } from "./sync/clients.js";
import type { EnclaveState } from "./sync/enclave/enclave-watch.js";
import { type Holding, soundHolder, soundHolders, spareHolders } from "./sync/enclave/holding.js";
import type { DepositEnds } from "./sync/transfers/deposit-ends.js";
import type { PaymentWatch } from "./sync/transfers/payment-watch.js";
import type { PayoutWatch } from "./sync/transfers/payout-watch.js";
import type { WithdrawalAccounts } from "./sync/transfers/withdrawal-accounts.js";
import type { WithdrawalWatch } from "./sync/transfers/withdrawal-watch.js";

/** What is measured of a relayer at work. */
export interface Measured {
  readonly config: BridgeConfig;
  readonly clients: Pick<Clients, "diem" | "parachain" | "relay">;
  readonly follower: Follower;
  readonly payments: PaymentWatch;
  readonly depositEnds: Pick<DepositEnds, "totals">;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "all">;
  readonly payouts: Pick<PayoutWatch, "unpaid">;
  readonly reserves: Pick<ReservesKeeper, "latest">;
  readonly checkpoints: CheckpointWatch;
  readonly nodeFaults: () => readonly NodeFault[];
  readonly queues: Queues;
  readonly lastPoll: LastPoll;
  readonly metrics: Metrics;
  readonly bridgeId: Uint8Array;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
}

/** What is measured from the start on, whether there is work or not. */
export interface Surrounded {
  readonly readiness: () => Obstacles;
  readonly holding: () => Holding;
  readonly blame: () => ReadonlyMap<number, HolderBlame>;
  readonly pausedQueues: () => readonly PausedQueue[];
}

const measureChains = ({ metrics, config, payments, clients }: Measured, view: BridgeView, now: number): void => {
  const sight = payments.custody();
  metrics.parachainBlock.set(view.block.number);
  metrics.relayBlock.set(view.relayBlock);
  metrics.parachainAge.set((now - Number(view.time)) / 1000);
  metrics.issuerFree.set(Number(view.issuer?.free ?? 0n));
  metrics.issuerReserve.set(Number(config.reserve));
  metrics.assetsFrozen.set(view.assets.filter((asset) => asset?.status !== "live").length);
  if (sight !== undefined) {
    metrics.diemVersion.set(Number(sight.version));
    metrics.diemAge.set((now - Number(sight.time)) / 1000);
    metrics.custodyFrozen.set(readFreezing(sight.resources) === true ? 1 : 0);
  }
  for (const chain of ["diem", "parachain", "relay"] as const)
    for (const { url, score } of clients[chain].endpoints.health())
      metrics.endpointScore.set({ chain, node: endpointName(url) }, score);
};

const measureNodes = ({ metrics, nodeFaults }: Measured): void => {
  metrics.nodeFault.reset();
  for (const { chain, node, of, code } of nodeFaults()) metrics.nodeFault.set({ chain, node, of, code }, 1);
};

const measureTransfers = (measured: Measured): void => {
  const { metrics, payments, depositEnds, withdrawals, withdrawalAccounts, lastPoll } = measured;
  metrics.depositsWaiting.set(payments.open().length);
  metrics.oldestDeposit.set(longest(lastPoll.openSince, monotonicNow()));
  metrics.depositsEnded.reset();
  for (const [outcome, count] of depositEnds.totals()) metrics.depositsEnded.inc({ outcome }, count);
  metrics.withdrawalsWaiting.set(withdrawals.holdings().length);
  metrics.oldestWithdrawal.set(longest(lastPoll.ripeSince, monotonicNow()));
  metrics.withdrawalAccounts.set(withdrawalAccounts.all().length);
};

const measureOwed = (measured: Measured, { history }: CurrentLedger): void => {
  const { metrics, config, payouts, lastPoll } = measured;
  const unpaid = payouts.unpaid(history);
  metrics.releasesUnpaid.set(unpaid.length);
  metrics.oldestUnpaid.set(longest(lastPoll.owedSince, monotonicNow()));
  for (const [i, { code }] of config.currencies.entries()) {
    metrics.releasesOwed.set({ currency: code }, Number(owedIn(history, unpaid, code)));
    metrics.feesAccrued.set({ currency: code }, Number(history.ledger.currencies[i]?.fees ?? 0n));
  }
};

const measureReserves = ({ metrics, reserves }: Measured): void => {
  const proven = reserves.latest();
  if (proven === undefined) return;
  metrics.reservesAge.set((monotonicNow() - proven.at) / 1000);
  for (const { currency, surplus } of proven.reserves) metrics.reservesSurplus.set({ currency }, Number(surplus));
};

const measureEnclave = (metrics: Metrics, state: EnclaveState | undefined): void => {
  const status = state?.status;
  if (status === undefined) return;
  const { tee, role } = status;
  const measurement = role.type === "holder" ? toHex(role.value.measurement.value) : "";
  metrics.enclaveInfo.reset();
  metrics.enclaveInfo.set({ tee: tee.slice(0, 32), role: role.type, measurement: measurement.slice(0, 480) }, 1);
  if (role.type === "empty") return;
  const { lightClients, checkpoints } = role.value;
  metrics.enclaveDiemVersion.set(Number(lightClients.diem.version));
  metrics.enclaveRelayBlock.set(lightClients.relay.number);
  const kept = checkpoints.checkpoint;
  if (kept !== undefined) metrics.enclaveCheckpoint.set(Number(kept.checkpoint.time) / 1000);
};

const measureSlots = (metrics: Metrics, holding: Holding, blame: ReadonlyMap<number, HolderBlame>): void => {
  metrics.holdersSpare.set(spareHolders(holding));
  metrics.holderInfo.reset();
  metrics.holderFailures.reset();
  for (const one of holding.holders) {
    const slot = String(one.slot);
    metrics.holderUp.set({ slot }, soundHolder(one) === undefined ? 0 : 1);
    const { tee = "", role } = one.state?.status ?? {};
    const info = { slot, class: one.className ?? "", tee: tee.slice(0, 32), role: role?.type ?? "" };
    metrics.holderInfo.set(info, 1);
    if (role === undefined || role.type === "empty") continue;
    const { lightClients, checkpoints } = role.value;
    metrics.holderDiemVersion.set({ slot }, Number(lightClients.diem.version));
    metrics.holderRelayBlock.set({ slot }, lightClients.relay.number);
    const kept = checkpoints.checkpoint;
    if (kept !== undefined) metrics.holderCheckpoint.set({ slot }, Number(kept.checkpoint.time) / 1000);
  }
  for (const [slot, { lastShareAt, failures }] of blame) {
    if (lastShareAt !== undefined) metrics.holderShareAt.set({ slot: String(slot) }, lastShareAt / 1000);
    for (const [code, count] of failures) metrics.holderFailures.inc({ slot: String(slot), code }, count);
  }
};

const measureHolders = (metrics: Metrics, { holding, blame }: Pick<Surrounded, "holding" | "blame">): void => {
  const now = holding();
  metrics.enclaveUp.set(soundHolders(now).length >= now.threshold ? 1 : 0);
  const [first] = now.holders;
  if (first?.slot === undefined) measureEnclave(metrics, first?.state);
  else measureSlots(metrics, now, blame());
};

/** Sets what tells whether the relayer can do its work, also before there is any. */
export const measureReadiness = (
  metrics: Metrics,
  { readiness, pausedQueues, ...held }: Surrounded,
  queues: readonly string[],
): void => {
  const { obstacles, warnings } = readiness();
  metrics.ready.set(obstacles.length === 0 ? 1 : 0);
  metrics.obstacles.reset();
  for (const { code } of obstacles) metrics.obstacles.set({ code }, 1);
  metrics.warnings.reset();
  for (const { code } of warnings) metrics.warnings.set({ code }, 1);
  metrics.redisUp.set(obstacles.some(({ code }) => code.startsWith("redis/")) ? 0 : 1);
  const paused = pausedQueues().map(({ name }) => name);
  for (const queue of queues) metrics.queuePaused.set({ queue }, paused.includes(queue) ? 1 : 0);
  measureHolders(metrics, held);
};

/** Measures none at all while Redis doesn't answer. */
const measureQueues = async ({ metrics, queues }: Measured): Promise<void> => {
  const counts = await jobCounts(queues);
  metrics.jobs.reset();
  for (const [queue, states] of Object.entries(counts ?? {}))
    for (const [state, count] of Object.entries(states)) metrics.jobs.set({ queue, state }, count);
};

/**
 * Sets every gauge to what is so at this moment: ages grow also while no poll of the chains
 * succeeds.
 */
export const measure = async (measured: Measured): Promise<void> => {
  const { metrics, config, follower, bridgeId, issuer } = measured;
  metrics.bridgeInfo.set(
    { bridge_id: `0x${toHex(bridgeId)}`, issuer: `0x${toHex(issuer)}`, custody: toHex(config.diem.custody) },
    1,
  );
  const now = Date.now();
  const view = follower.view();
  if (view !== undefined) measureChains(measured, view, now);
  measureNodes(measured);
  measureTransfers(measured);
  if (view?.current !== undefined) {
    measureOwed(measured, view.current);
    metrics.paused.set(governanceAt(config, view.current).paused ? 1 : 0);
  }
  measureReserves(measured);
  const term = presentTerm(measured);
  if (term !== undefined) metrics.checkpointRemaining.set(Math.floor(term.remaining / 1000));
  await measureQueues(measured);
};
