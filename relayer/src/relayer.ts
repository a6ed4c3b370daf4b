import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config";
import { initialHeads } from "@pdiem/bridge/heads";
import type { JournalScope } from "@pdiem/bridge/journal";
import { anchorAsset } from "@pdiem/bridge/settlement";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { type Api, startApi } from "./api/server.js";
import type { BridgeContext } from "./bridge-context.js";
import type { Config } from "./config.js";
import { createDeferrals } from "./deferrals.js";
import { createDiemClient } from "./diem/client.js";
import { createEnclaveClient, type EnclaveClient } from "./enclave/client.js";
import { activeEnclave } from "./enclave/sync.js";
import type { Clients } from "./evidence/clients.js";
import { keepHeads } from "./evidence/heads-keeper.js";
import { watchCheckpoints } from "./follow/checkpoint-watch.js";
import { createFollower } from "./follow/follower.js";
import { journalCache } from "./follow/journal-cache.js";
import { createOutcomes } from "./follow/outcomes.js";
import { watchPayments } from "./follow/payment-watch.js";
import { watchPayouts } from "./follow/payout-watch.js";
import { watchPreimages } from "./follow/preimage-watch.js";
import { keepReserves } from "./follow/reserves-keeper.js";
import { keepWithdrawalAccounts } from "./follow/withdrawal-accounts.js";
import { createWithdrawalEnds } from "./follow/withdrawal-ends.js";
import { watchWithdrawals } from "./follow/withdrawal-watch.js";
import { createLastLook } from "./last-look.js";
import { createMetrics } from "./metrics.js";
import { type Guard, startGuard } from "./misbehaviour/guard.js";
import { createWitness } from "./misbehaviour/witness.js";
import { openConnection } from "./parachain/connection.js";
import { createSubstrateRpc } from "./parachain/substrate-rpc.js";
import { createBatchSize } from "./queues/batch-size.js";
import { keepCheckpoints } from "./queues/checkpoint-store.js";
import { keepDecisions } from "./queues/decision-store.js";
import { keepFeeClaims } from "./queues/fee-claims.js";
import { openQueues, type Queues } from "./queues/jobs.js";
import { keepPayoutStates } from "./queues/payout-states.js";
import { watchPresence } from "./queues/presence.js";
import { connectRedis } from "./queues/redis.js";
import { keepSuspects } from "./queues/suspects.js";
import { startWorkers } from "./queues/workers.js";
import { startRepeating } from "./repeating.js";
import { createResubmission } from "./resubmission.js";
import { createEndpoints } from "./rpc/endpoints.js";
import { startWatch, type Watch } from "./watch.js";

const SILENCE_MS = 60_000;
const ENCLAVE_RETRY_MS = 2_000;
const CHECKPOINTS_MS = 1_000;
const REFUSED_DECISION_MS = 10_000;
const MOST_ITEMS = 1000;
const BATCH_AGAIN_MS = 15_000;
const PAYMENT_AGAIN_MS = 10_000;
const ENCLAVE_RESPONSE_BYTES = 16_000_000;

/** A relayer at work. */
export interface Relayer {
  readonly url: string;
  /** Lets go of what is in hand and stops. Killing it instead loses nothing. */
  readonly stop: () => Promise<void>;
}

/** What is known from the start, and what only once the enclave has answered. */
export interface Running {
  readonly queues: Queues;
  readonly work: () => { readonly context: BridgeContext; readonly watch: Watch; readonly guard: Guard } | undefined;
  /** Why there is no work yet. */
  readonly waitingFor: () => string | undefined;
}

export const enclaveAt = (url: string, { enclave: { timeoutMs } }: Config): EnclaveClient =>
  createEnclaveClient(url, { timeoutMs, maxResponseBytes: ENCLAVE_RESPONSE_BYTES });

/** The clients of every node in the configuration, with this process's own light clients at the roots of trust. */
export const createClients = (config: Config, witness = createWitness(config.bridge)): Clients => ({
  config: config.bridge,
  bridgeJson: config.bridgeJson,
  diem: createDiemClient(createEndpoints(config.diem.urls), config.diem, witness.ledger.hear),
  parachain: createSubstrateRpc(createEndpoints(config.parachain.httpUrls), config.parachain),
  relay: createSubstrateRpc(createEndpoints(config.relay.httpUrls), config.relay, witness.finality.hear),
  enclave: enclaveAt(config.enclave.url, config),
  heads: keepHeads(initialHeads(config.bridge)),
  witness,
});

/** What the bridge's journal is found by. @param issuer the enclave's public key */
export const journalScope = ({ bridge }: Config, issuer: Uint8Array): JournalScope => ({
  bridgeId: bridgeIdOf(bridge),
  issuer,
  asset: anchorAsset(bridge),
  profiles: [bridge.parachain.profile],
});

interface Parts {
  readonly config: Config;
  readonly clients: Clients;
  readonly redis: Redis;
  readonly prefix: string;
  readonly queues: Queues;
  readonly log: Logger;
}

/** Starts watching and working, once the enclave has said whose bridge this is. */
const startWork = (parts: Parts, issuer: Uint8Array, metrics: BridgeContext["metrics"]) => {
  const { config, clients, redis, prefix, queues, log } = parts;
  const { bridge } = config;
  const scope = journalScope(config, issuer);
  let watch: Watch | undefined;
  const connection = openConnection({
    urls: config.parachain.urls,
    silenceMs: SILENCE_MS,
    timeoutMs: config.parachain.timeoutMs,
    onBlock: () => watch?.wake(),
    log,
  });
  const withdrawalAccounts = keepWithdrawalAccounts(redis, prefix, scope.bridgeId);
  const checkpointStore = keepCheckpoints(redis, prefix);
  const context: BridgeContext = {
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
    lastLook: createLastLook(),
    metrics,
    log,
  };
  watch = startWatch(context, Math.min(config.diem.pollMs, config.parachain.pollMs, config.relay.pollMs));
  const guard = startGuard(context, { ...config.misbehaviour, onEvidence: () => watch?.wake() });
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
      await watch?.stop();
      await stopWorkers();
      await connection.close();
    },
  };
};

/**
 * Starts a relayer. It answers over HTTP at once, and works as soon as Redis, the enclave and the nodes can be reached.
 * @throws ConfigError `config/listen`
 */
export const startRelayer = async (config: Config, log: Logger): Promise<Relayer> => {
  const prefix = `${config.redis.prefix}-${toHex(bridgeIdOf(config.bridge)).slice(0, 16)}`;
  const redis = connectRedis(config.redis.url, (error) => log.warn({ error: error.message }, "redis"));
  const queues = openQueues(redis, prefix);
  for (const queue of Object.values(queues))
    queue.on("error", (error: Error) => log.warn({ error: error.message }, "queue"));
  const clients = createClients(config);
  const metrics = createMetrics();
  let work: ReturnType<typeof startWork> | undefined;
  let waitingFor: string | undefined = "the enclave";
  let stopping = false;
  let rest: { readonly timer: NodeJS.Timeout; readonly end: () => void } | undefined;

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      rest = { timer: setTimeout(resolve, ENCLAVE_RETRY_MS), end: resolve };
    });

  const begin = async (): Promise<void> => {
    while (!stopping && work === undefined) {
      try {
        const { custodyKey } = await activeEnclave(clients.enclave, config.bridgeJson);
        if (stopping) return;
        work = startWork({ config, clients, redis, prefix, queues, log }, fromHex(custodyKey, 32), metrics);
        waitingFor = undefined;
        log.info({ issuer: custodyKey, bridgeId: toHex(work.context.bridgeId) }, "at work");
      } catch (error) {
        waitingFor = error instanceof Error ? error.message : String(error);
        log.warn({ error: waitingFor }, "waiting for the enclave");
        await pause();
      }
    }
  };

  const running: Running = { queues, work: () => work, waitingFor: () => waitingFor };
  const closeQueues = async (): Promise<void> => {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  };
  const api: Api = await startApi(config, running, metrics, log).catch(async (error: unknown) => {
    await closeQueues();
    throw error;
  });
  const beginning = begin();
  log.info({ url: api.url }, "listening");
  return {
    url: api.url,
    stop: async () => {
      stopping = true;
      clearTimeout(rest?.timer);
      rest?.end();
      await beginning;
      await api.close();
      await work?.stop();
      await closeQueues();
      log.info("stopped");
    },
  };
};
