import { isPdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { BridgeContext } from "./bridge-context.js";
import type { Config } from "../config.js";
import { createDeferrals } from "./deferrals.js";
import type { Clients } from "../simulate/clients.js";
import { watchCheckpoints } from "../sync/checkpoints/checkpoint-watch.js";
import { createFollower } from "../sync/bridge/follower.js";
import { journalCache } from "../sync/journal/journal-cache.js";
import { journalScope } from "../sync/journal/journal-scope.js";
import { createOutcomes } from "../sync/transfers/outcomes.js";
import { askSequenceNumber, chasePayments } from "../sync/transfers/payment-chase.js";
import { watchPayments } from "../sync/transfers/payment-watch.js";
import { watchPayouts } from "../sync/transfers/payout-watch.js";
import { watchPreimages } from "../sync/transfers/preimage-watch.js";
import { keepReserves } from "../sync/bridge/reserves-keeper.js";
import { keepWithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import { createWithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import { watchWithdrawals } from "../sync/transfers/withdrawal-watch.js";
import { createLastPoll } from "../last-poll.js";
import type { Metrics } from "../metrics.js";
import { type Guard, startGuard } from "../sync/misbehaviour/guard.js";
import { openConnection } from "../chains/parachain/connection.js";
import { createBatchSize } from "./batch-size.js";
import { keepCheckpoints } from "./checkpoint-store.js";
import { keepDecisions } from "./decision-store.js";
import { keepFeeClaims } from "./fee-claims.js";
import type { Queues } from "./jobs.js";
import { keepPayoutStates } from "./payout-states.js";
import { watchPresence } from "./presence.js";
import { keepSuspects } from "./suspects.js";
import { startWorkers } from "./workers.js";
import { startRepeating } from "../repeating.js";
import { createResubmission } from "./resubmission.js";
import { startWatch, type Watch } from "./watch.js";

const SILENCE_MS = 60_000;
const CHECKPOINTS_MS = 1_000;
const REFUSED_DECISION_MS = 10_000;
const MOST_ITEMS = 1000;
const BATCH_AGAIN_MS = 15_000;
const PAYMENT_AGAIN_MS = 10_000;

interface Parts {
  readonly config: Config;
  readonly clients: Clients;
  readonly redis: Redis;
  readonly prefix: string;
  readonly queues: Queues;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What a relayer does on the bridge that its enclave holds the key of. */
export interface Work {
  readonly context: BridgeContext;
  readonly watch: Watch;
  readonly guard: Guard;
  readonly stop: () => Promise<void>;
}

const createContext = (
  parts: Parts,
  issuer: Uint8Array,
  { connection, pollMs, pollSoon }: Pick<BridgeContext, "connection" | "pollSoon"> & { readonly pollMs: number },
): BridgeContext => {
  const { config, clients, redis, prefix, queues, metrics, log } = parts;
  const { bridge } = config;
  const scope = journalScope(config, issuer);
  const withdrawalAccounts = keepWithdrawalAccounts(redis, prefix, scope.bridgeId);
  const checkpointStore = keepCheckpoints(redis, prefix);
  return {
    config: bridge,
    bridgeId: scope.bridgeId,
    issuer,
    clients,
    connection,
    follower: createFollower({
      config: bridge,
      scope,
      parachain: clients.parachain,
      relay: clients.relay,
      heads: clients.heads,
      cache: journalCache(redis, prefix, scope),
      firstBlock: config.parachain.firstBlock,
      onProgress: (block, to) => log.info({ block, to }, "reading the parachain's blocks for the bridge's batches"),
    }),
    payments: watchPayments(clients.diem, bridge.diem, clients.heads),
    outcomes: createOutcomes(),
    withdrawalAccounts,
    preimages: watchPreimages({
      parachain: clients.parachain,
      profile: bridge.parachain.profile,
      bridgeId: scope.bridgeId,
      accounts: withdrawalAccounts,
      redis,
      log,
      prefix,
    }),
    withdrawals: watchWithdrawals({ config: bridge, parachain: clients.parachain, accounts: withdrawalAccounts }),
    withdrawalEnds: createWithdrawalEnds(bridge),
    payouts: watchPayouts(bridge, clients.diem, clients.heads),
    payoutStates: keepPayoutStates(redis, prefix),
    reserves: keepReserves(clients, issuer),
    decisions: keepDecisions(redis, prefix),
    checkpointStore,
    checkpoints: watchCheckpoints(clients, checkpointStore, log),
    feeClaims: keepFeeClaims(redis, prefix),
    queues,
    presence: watchPresence(redis, `${prefix}:jobs`),
    suspects: keepSuspects(redis, prefix),
    leftOut: createDeferrals(config.retry.settleMs),
    refusedDecisions: createDeferrals(REFUSED_DECISION_MS),
    heldBack: createDeferrals(config.retry.payMs),
    batchSize: createBatchSize(MOST_ITEMS),
    submittedBatch: createResubmission(BATCH_AGAIN_MS),
    submittedPayment: createResubmission(PAYMENT_AGAIN_MS),
    paymentChase: chasePayments({
      ask: askSequenceNumber(clients.diem, bridge.diem.custody),
      pollMs,
      onUsed: pollSoon,
      onError: (error) =>
        log[isPdiemError(error) ? "debug" : "error"]({ error: String(error) }, "payment left to the polls"),
    }),
    pollSoon,
    lastPoll: createLastPoll(),
    metrics,
    log,
  };
};

/** Starts watching and working, once the enclave has said whose bridge this is. @param issuer the enclave's key */
export const startWork = (parts: Parts, issuer: Uint8Array): Work => {
  const { config, redis, prefix, log } = parts;
  const pollMs = Math.min(config.diem.pollMs, config.parachain.pollMs, config.relay.pollMs);
  let wake = (): void => undefined;
  const pollSoon = (): void => wake();
  const connection = openConnection({
    urls: config.parachain.urls,
    silenceMs: SILENCE_MS,
    timeoutMs: config.parachain.timeoutMs,
    onBlock: pollSoon,
    log,
  });
  const context = createContext(parts, issuer, { connection, pollMs, pollSoon });
  const watch = startWatch(context, pollMs);
  wake = watch.wake;
  const guard = startGuard(context, { ...config.misbehaviour, onEvidence: pollSoon });
  const checkpoints = startRepeating(context.checkpoints.look, CHECKPOINTS_MS, (error) => {
    log[isPdiemError(error) ? "debug" : "error"]({ error: String(error) }, "checkpoints not looked after");
  });
  const stopWorkers = startWorkers(context, redis, prefix);
  return {
    context,
    watch,
    guard,
    stop: async () => {
      await guard.stop();
      await checkpoints.stop();
      await watch.stop();
      await stopWorkers();
      await context.paymentChase.stop();
      await connection.close();
    },
  };
};
