/**
 * A relayer at work on the bridge that its enclave holds the key of. Everything is put together
 * here, and only here.
 */

import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { journalScope } from "@pdiem/bridge-client/journal/history";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { keepExistentialDeposit } from "../chains/parachain/existential-deposit.js";
import { watchHeads } from "../chains/parachain/heads.js";
import { createSubmitter } from "../chains/parachain/submitter.js";
import { type NodeFault, nodeFaults } from "../chains/rpc/node-fault.js";
import type { Config } from "../config.js";
import { faultOf } from "../fault.js";
import { createLastPoll } from "../last-poll.js";
import type { Metrics } from "../metrics.js";
import type { Obstacles } from "../readiness/obstacle.js";
import { startRepeating } from "../repeating.js";
import { collectBlock } from "../simulate/collect-proofs.js";
import { tryCalls } from "../simulate/provable-calls.js";
import { keepReserves } from "../simulate/prove-reserves.js";
import { keepCheckpoints } from "../stores/checkpoint-store.js";
import { keepDecisions } from "../stores/decision-store.js";
import { createDeferrals } from "../stores/deferrals.js";
import { keepFeeClaims } from "../stores/fee-claims.js";
import { keepFinished } from "../stores/finished/finished-index.js";
import { watchPresence } from "../stores/presence.js";
import { keepThawRequests } from "../stores/thaw-requests.js";
import { createFollower } from "../sync/bridge/follower.js";
import { createPulse } from "../sync/chain-pulse.js";
import { watchCheckpoints } from "../sync/checkpoints/checkpoint-watch.js";
import type { SigningClients } from "../sync/clients.js";
import type { HoldersWatch } from "../sync/enclave/holders-watch.js";
import { journalCache } from "../sync/journal/journal-cache.js";
import { keepJournal } from "../sync/journal/journal-keeper.js";
import { startGuard } from "../sync/misbehaviour/guard.js";
import { createDepositEnds } from "../sync/transfers/deposit-ends.js";
import { askForPayments } from "../sync/transfers/payment-news.js";
import { watchPayments } from "../sync/transfers/payment-watch.js";
import { watchPayouts } from "../sync/transfers/payout-watch.js";
import { followPeers } from "../sync/transfers/peer-preimages.js";
import { preimageFile } from "../sync/transfers/preimage-file.js";
import { watchPreimages } from "../sync/transfers/preimage-watch.js";
import { createReleaseEnds } from "../sync/transfers/release-ends.js";
import { keepWithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import { createWithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import { watchWithdrawals } from "../sync/transfers/withdrawal-watch.js";
import type { Tracing } from "../tracing/tracing.js";
import { watchClockSteps } from "./clock-step.js";
import { lookAfterFinished } from "./finished/finished-upkeep.js";
import { createReadJobs } from "./finished/told-jobs.js";
import type { Queues } from "./jobs.js";
import type { PausedQueues } from "./paused-queues.js";
import { createPaymentSubmitter } from "./payout/submit-payments.js";
import { startPoll } from "./poll/poll.js";
import { waitingAccounts } from "./registration-processor.js";
import { createBatchSize } from "./settlement/batch-size.js";
import { keepBisection } from "./settlement/bisection.js";
import { readyDecisions } from "./settlement/ready-decisions.js";
import type { OtherBatches } from "./settlement/settlement-processor.js";
import { signDecision } from "./settlement/sign-decision.js";
import { signGenesis } from "./settlement/sign-genesis.js";
import { startWorkers } from "./workers.js";
import { watchWrites } from "./write-watch.js";

const SILENCE_MS = 60_000;
const CHECKPOINTS_MS = 1_000;
const PEERS_MS = 10_000;
const FINISHED_MS = 60_000;
const REFUSED_DECISION_MS = 10_000;
const MOST_ITEMS = 1_000;

/** What was there before there was work, and judges it. */
export interface Surroundings {
  /** Finds all that keeps the relayer from its work now. */
  readonly readiness: () => Obstacles;
  readonly holdersWatch: Pick<HoldersWatch, "holding">;
  readonly pausedQueues: Pick<PausedQueues, "names">;
}

export interface WorkParts extends Surroundings {
  readonly config: Config;
  readonly clients: SigningClients;
  /** Holders of the key: one, or one for each slot. */
  readonly enclaves: readonly EnclaveClient[];
  readonly redis: Redis;
  readonly prefix: string;
  readonly queues: Queues;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly log: Logger;
}

/**
 * Makes all that jobs and polls share.
 * @param pollSoon has both chains polled now, instead of at the next time
 */
const createParts = (given: WorkParts, issuer: Uint8Array, pollSoon: () => void) => {
  const { config, clients, enclaves, redis, prefix, queues, metrics, tracing, log } = given;
  const { readiness, holdersWatch, pausedQueues } = given;
  const { bridge } = config;
  const scope = journalScope(bridge, issuer);
  const { bridgeId } = scope;
  const follower = createFollower({
    config: bridge,
    issuer,
    parachain: clients.parachain,
    relay: clients.relay,
    lightClients: clients.lightClients,
    journal: keepJournal({
      scope,
      parachain: clients.parachain,
      cache: journalCache(redis, prefix, scope),
      firstBlock: config.parachain.firstBlock,
      onProgress: (block, to) => log.info({ block, to }, "reading the parachain's blocks for the bridge's batches"),
    }),
  });
  const heads = watchHeads({
    urls: config.parachain.urls,
    pollMs: config.parachain.pollMs,
    silenceMs: SILENCE_MS,
    timeoutMs: config.parachain.timeoutMs,
    onBlock: pollSoon,
    provenHeight: () => follower.view()?.block.number ?? 0,
    log,
  });
  const submitter = createSubmitter(clients.parachain.nodes, log);
  const paymentSubmitter = createPaymentSubmitter(clients.diem.nodes, log);
  const decisions = {
    config: bridge,
    bridgeId,
    issuer,
    clients,
    decisions: keepDecisions(redis, prefix),
    refusedDecisions: createDeferrals<string>(REFUSED_DECISION_MS),
  };
  const withdrawalAccounts = keepWithdrawalAccounts({
    redis,
    prefix,
    bridgeId,
    file: preimageFile(config.state.folder, bridgeId),
  });
  const checkpointStore = keepCheckpoints(redis, prefix);
  return {
    ...decisions,
    heads,
    submitter,
    paymentSubmitter,
    nodeFaults: (): readonly NodeFault[] => [
      ...nodeFaults("diem", "reads", clients.diem.endpoints.standings()),
      ...nodeFaults("diem", "writes", paymentSubmitter.standings()),
      ...nodeFaults("parachain", "reads", clients.parachain.endpoints.standings()),
      ...nodeFaults("parachain", "writes", submitter.standings()),
      ...nodeFaults("parachain", "blocks", heads.standings()),
      ...nodeFaults("relay", "reads", clients.relay.endpoints.standings()),
    ],
    existentialDeposit: keepExistentialDeposit(clients.parachain),
    follower,
    payments: watchPayments(clients.diem, bridge.diem, clients.lightClients),
    depositEnds: createDepositEnds(),
    withdrawalAccounts,
    peers: followPeers({ urls: config.relayers.urls, accounts: withdrawalAccounts, log }),
    preimages: watchPreimages({
      parachain: clients.parachain,
      bridgeId,
      accounts: withdrawalAccounts,
      redis,
      log,
      prefix,
    }),
    withdrawals: watchWithdrawals({ config: bridge, parachain: clients.parachain, accounts: withdrawalAccounts }),
    withdrawalEnds: createWithdrawalEnds(bridgeId),
    releaseEnds: createReleaseEnds(),
    payouts: watchPayouts(bridge, clients.diem, clients.lightClients),
    reserves: keepReserves(clients, issuer),
    otherBatches: {
      genesis: () => signGenesis(clients, issuer),
      decision: (view, current) => signDecision(decisions, view, current),
      isDecisionWanted: async (view, current) => (await readyDecisions(decisions, view, current)).length > 0,
    } satisfies OtherBatches,
    checkpointStore,
    checkpoints: watchCheckpoints({
      clients,
      enclaves,
      threshold: bridge.holders?.threshold ?? 1,
      issuer,
      store: checkpointStore,
      follower,
      proveBlock: (storage) => collectBlock(clients, storage),
      log,
    }),
    finished: keepFinished(redis, prefix, config.finished),
    readJobs: createReadJobs(redis),
    retention: config.finished,
    feeClaims: keepFeeClaims(redis, prefix),
    thawRequests: keepThawRequests(redis, prefix),
    waitingAccounts: () => waitingAccounts({ follower, queues }),
    signerChanges: clients.signers.signerChanges,
    queues,
    presence: watchPresence(redis, `${prefix}:jobs`),
    clockSteps: watchClockSteps(),
    bisection: keepBisection(redis, prefix),
    leftOut: createDeferrals<string>(config.retry.settleMs),
    batchSize: createBatchSize(MOST_ITEMS),
    memory: {},
    pulses: { diem: createPulse(), parachain: createPulse() },
    writes: watchWrites(),
    provableCalls: tryCalls(clients),
    readiness,
    holdersWatch,
    enclaves,
    pausedQueues,
    pollSoon,
    lastPoll: createLastPoll(),
    metrics,
    tracing,
    log,
  };
};

/**
 * Starts polling and working, once the enclave has said whose bridge this is.
 * @param issuer the enclave's key
 */
export const startWork = (given: WorkParts, issuer: Uint8Array) => {
  const { config, redis, prefix, log } = given;
  const pollMs = Math.min(config.diem.pollMs, config.parachain.pollMs, config.relay.pollMs);
  let wake = (): void => undefined;
  const parts = createParts(given, issuer, () => wake());
  const poll = startPoll(parts, pollMs);
  wake = poll.wake;
  const guard = startGuard(parts, { ...config.misbehaviour, onEvidence: parts.pollSoon });
  const checkpoints = startRepeating(parts.checkpoints.poll, CHECKPOINTS_MS, (error) => {
    log[isPdiemError(error) ? "debug" : "error"]({ error: String(error) }, "checkpoints not looked after");
  });
  const peers = startRepeating(parts.peers.poll, PEERS_MS, (error) =>
    log.warn({ error: faultOf(error)?.message ?? String(error) }, "what other relayers were told isn't kept"),
  );
  const { diem: client } = given.clients;
  const news = startRepeating(
    askForPayments({ client, payments: parts.payments, onPayment: parts.pollSoon }),
    config.diem.newsMs,
    // The poll itself tells of nodes that can't be asked.
    (error) => log[isPdiemError(error) ? "debug" : "error"]({ error: String(error) }, "payments not asked for"),
  );
  const finished = startRepeating(lookAfterFinished(parts), FINISHED_MS, (error) =>
    log.warn({ error: faultOf(error)?.message ?? String(error) }, "finished transfers not looked after"),
  );
  const stopWorkers = startWorkers(parts, redis, prefix);
  return {
    ...parts,
    poll,
    guard,
    /** @param isForced lets go of jobs in hand at once, as while Redis is away */
    stop: async (isForced = false): Promise<void> => {
      const stopping = [guard.stop(), checkpoints.stop(), poll.stop(), peers.stop(), news.stop(), finished.stop()];
      if (!isForced) await Promise.all(stopping);
      await stopWorkers(isForced);
      await parts.heads.close();
    },
  };
};

/** What a relayer does on the bridge that its enclave holds the key of. */
export type Work = ReturnType<typeof startWork>;
