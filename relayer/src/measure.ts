import type { BridgeContext } from "./jobs/bridge-context.js";
import type { BridgeView, CurrentLedger } from "./sync/bridge/bridge-view.js";
import { presentTerm } from "./sync/checkpoints/checkpoint-term.js";
import { governanceAt } from "./sync/bridge/governance.js";
import { owedIn } from "./sync/bridge/owed.js";
import { jobCounts } from "./jobs/job-counts.js";
import { longest } from "./since.js";

const measureChains = ({ metrics, config, payments, clients }: BridgeContext, view: BridgeView, now: number): void => {
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
  }
  for (const chain of ["diem", "parachain", "relay"] as const)
    for (const { url, score } of clients[chain].endpoints.health()) metrics.endpointScore.set({ chain, url }, score);
};

const measureTransfers = (context: BridgeContext, now: number): void => {
  const { metrics, payments, outcomes, withdrawals, withdrawalAccounts, lastPoll } = context;
  metrics.depositsWaiting.set(payments.open().length);
  metrics.oldestDeposit.set(longest(lastPoll.openSince, now));
  for (const [outcome, count] of outcomes.totals()) metrics.depositsEnded.set({ outcome }, count);
  metrics.withdrawalsWaiting.set(withdrawals.holdings().length);
  metrics.oldestWithdrawal.set(longest(lastPoll.ripeSince, now));
  metrics.withdrawalAccounts.set(withdrawalAccounts.all().length);
};

const measureOwed = (context: BridgeContext, { history }: CurrentLedger, now: number): void => {
  const { metrics, config, payouts, lastPoll } = context;
  const unpaid = payouts.unpaid(history);
  metrics.releasesUnpaid.set(unpaid.length);
  metrics.oldestUnpaid.set(longest(lastPoll.owedSince, now));
  for (const { code } of config.currencies)
    metrics.releasesOwed.set({ currency: code }, Number(owedIn(history, unpaid, code)));
};

const measureReserves = ({ metrics, reserves }: BridgeContext, now: number): void => {
  const proven = reserves.latest();
  if (proven === undefined) return;
  metrics.reservesAge.set((now - proven.at) / 1000);
  for (const { currency, surplus } of proven.reserves) metrics.reservesSurplus.set({ currency }, Number(surplus));
};

/** None at all while Redis doesn't answer. */
const measureQueues = async ({ metrics, queues }: BridgeContext): Promise<void> => {
  const counts = await jobCounts(queues);
  metrics.jobs.reset();
  for (const [queue, states] of Object.entries(counts ?? {}))
    for (const [state, count] of Object.entries(states)) metrics.jobs.set({ queue, state }, count);
};

/**
 * Sets every gauge to what is so at this moment, whenever somebody looks at them: ages grow also while no look at the chains
 * succeeds.
 */
export const measure = async (context: BridgeContext): Promise<void> => {
  const { metrics, config, follower } = context;
  const now = Date.now();
  const view = follower.view();
  if (view !== undefined) measureChains(context, view, now);
  measureTransfers(context, now);
  if (view?.current !== undefined) {
    measureOwed(context, view.current, now);
    metrics.paused.set(governanceAt(config, view, view.current).paused ? 1 : 0);
  }
  measureReserves(context, now);
  const term = presentTerm(context);
  if (term !== undefined) metrics.checkpointRemaining.set(Math.floor(term.remaining / 1000));
  await measureQueues(context);
};
