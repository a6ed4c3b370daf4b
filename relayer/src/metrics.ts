/**
 * Answers what an operator asks, as figures. Amounts are in smallest units: of a currency by its
 * code, of the parachain's native token for the issuer's balance. Gauges are set when somebody
 * asks, and absent until what they tell is known.
 */
import { readFileSync } from "node:fs";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";

const PREFIX = "pdiem_";

/** Gauges that the library names as if they were counters, which checkers complain of. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** Reads the package's version: it stands one folder above this file, compiled or not. */
const packageVersion = (): string => {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
};

export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) => {
    const made = new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers });
    // One without labels begins as 0, which would be a figure.
    if (labelNames.length === 0) made.remove();
    return made;
  };
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
  /**
   * Makes a counter of one label whose values are known. They begin as 0, so that the first that is
   * counted shows as an increase.
   */
  const outcomes = (name: string, help: string, values: readonly string[]) => {
    const made = counter(name, help, ["outcome"]);
    for (const outcome of values) made.inc({ outcome }, 0);
    return made;
  };
  const build = gauge("build_info", "What runs here? Always 1", ["version", "nodejs"]);
  build.set({ version: packageVersion(), nodejs: process.versions.node }, 1);
  return {
    registry,
    bridgeInfo: gauge("bridge_info", "Whose bridge is this? Always 1", ["bridge_id", "issuer", "custody"]),
    ready: gauge("ready", "Does it do its work? 1: /readyz answers ready; 0: something is in the way"),
    obstacles: gauge("obstacles", "What is in the way? 1 for each obstacle that /readyz tells now", ["code"]),
    warnings: gauge("warnings", "What won't go well for ever? 1 for each warning of /readyz", ["code"]),
    queuePaused: gauge("queue_paused", "Did somebody pause a queue at /queues? 1: its jobs wait", ["queue"]),
    redisUp: gauge("redis_up", "Does Redis take what is written? 1: it does"),
    enclaveUp: gauge(
      "enclave_up",
      "Is the enclave there, and this bridge's, or as many holders as sign? 1: it can be worked with",
    ),
    enclaveInfo: gauge("enclave_info", "What enclave is it? Always 1", ["tee", "role", "measurement"]),
    enclaveDiemVersion: gauge(
      "enclave_diem_version",
      "How far is the enclave? Version that its Diem light client trusts",
    ),
    enclaveRelayBlock: gauge(
      "enclave_relay_block",
      "How far is the enclave? Relay chain block that its light client holds for final",
    ),
    enclaveCheckpoint: gauge(
      "enclave_checkpoint_timestamp_seconds",
      "What does the enclave go by? Time of the newest checkpoint that it keeps",
    ),
    holdersSpare: gauge(
      "holders_spare",
      "How many more holders may fail before nothing is signed? Negative: so many are missing",
    ),
    holderUp: gauge("holder_up", "Is a slot's enclave there, with its share? 1: it can sign", ["slot"]),
    holderInfo: gauge("holder_info", "What enclave holds a slot's share? Always 1", ["slot", "class", "tee", "role"]),
    holderDiemVersion: gauge(
      "holder_diem_version",
      "How far is a slot's enclave? Version that its Diem light client trusts",
      ["slot"],
    ),
    holderRelayBlock: gauge(
      "holder_relay_block",
      "How far is a slot's enclave? Relay chain block that its light client holds for final",
      ["slot"],
    ),
    holderCheckpoint: gauge(
      "holder_checkpoint_timestamp_seconds",
      "What does a slot's enclave go by? Time of the newest checkpoint that it keeps",
      ["slot"],
    ),
    holderShareAt: gauge(
      "holder_last_share_timestamp_seconds",
      "When did a slot last sign? When its last good share came",
      ["slot"],
    ),
    holderFailures: counter(
      "holder_failures_total",
      "Who is to blame? How often a slot was left out of a signature, by code",
      ["slot", "code"],
    ),
    depositsWaiting: gauge("deposits_waiting", "Is anything stuck? Payments to custody that aren't settled"),
    oldestDeposit: gauge(
      "oldest_deposit_wait_seconds",
      "Is anything stuck? Since when the unsettled payment that waits longest is known here",
    ),
    depositsEnded: counter(
      "deposits_ended_total",
      "What became of deposits since genesis? By the journal, so that no restart begins anew",
      ["outcome"],
    ),
    jobs: gauge(
      "jobs",
      "Is anything stuck? Jobs by queue and state; failed: dead letters, with the reason at /queues",
      ["queue", "state"],
    ),
    jobErrors: counter(
      "job_errors_total",
      "What goes wrong? Errors of jobs by code, refused/...: by the bridge's rules",
      ["queue", "code"],
    ),
    diemVersion: gauge("diem_proven_version", "How far behind? Version of the last proven Diem ledger info"),
    diemAge: gauge(
      "diem_age_seconds",
      "How far behind? Age of the last proven Diem ledger info by this machine's clock",
    ),
    parachainBlock: gauge("parachain_proven_block", "How far behind? Last proven finalized parachain block"),
    parachainAge: gauge("parachain_age_seconds", "How far behind? Age of that block by this machine's clock"),
    relayBlock: gauge("relay_proven_block", "How far behind? Last proven finalized relay chain block"),
    polledAt: gauge("last_poll_timestamp_seconds", "Is the relayer alive? When it last proved both chains' state"),
    pollFailures: counter("poll_failures_total", "Do nodes fail? Polls of the chains that failed, by error code", [
      "code",
    ]),
    issuerFree: gauge("issuer_free_smallest_units", "Is the key's account running dry? Its free balance"),
    issuerReserve: gauge(
      "issuer_reserve_smallest_units",
      "Is the key's account running dry? Free balance below which nobody is registered",
    ),
    checkpointRemaining: gauge(
      "checkpoint_remaining_seconds",
      "Do guardians have to sign a checkpoint? Until nothing is signed without another; negative: lapsed",
    ),
    custodyFrozen: gauge(
      "custody_frozen",
      "Did Diem's treasury stop the bridge? 1: custody's account is frozen, and nothing is signed",
    ),
    assetsFrozen: gauge("assets_frozen", "Did the guardians stop the bridge? Bridged assets that are frozen"),
    paused: gauge("paused", "Did the guardians, or evidence, stop the bridge? 1: paused until they resume"),
    releasesUnpaid: gauge("releases_unpaid", "How much is owed? Releases not paid on Diem yet"),
    releasesOwed: gauge("releases_owed_smallest_units", "How much is owed? Sum of the releases not paid on Diem yet", [
      "currency",
    ]),
    feesAccrued: gauge(
      "fees_accrued_smallest_units",
      "What does it earn? Fees of transfers that accrued and aren't claimed, by the ledger",
      ["currency"],
    ),
    oldestUnpaid: gauge(
      "oldest_unpaid_release_seconds",
      "Is anything stuck? How long the oldest unpaid release is owed",
    ),
    withdrawalsWaiting: gauge("withdrawals_waiting", "Is anything stuck? Withdrawal accounts that hold something"),
    oldestWithdrawal: gauge(
      "oldest_withdrawal_wait_seconds",
      "Is anything stuck? Since when the account that waits longest holds enough to be settled, as known here",
    ),
    withdrawalAccounts: gauge("withdrawal_accounts", "How many withdrawal accounts are watched"),
    payouts: outcomes("payouts_total", "Do payments on Diem go through? Payments by how they ended", [
      "paid",
      "aborted",
      "expired",
    ]),
    reservesSurplus: gauge(
      "reserves_surplus_smallest_units",
      "Is everything covered? Custody's balance above supply, unpaid releases and fees; negative: a shortfall",
      ["currency"],
    ),
    reservesAge: gauge("reserves_age_seconds", "Is everything covered? How long ago that was proven"),
    withdrawSeconds: new Histogram({
      name: `${PREFIX}withdrawal_seconds`,
      help: "How long do users wait? From seeing wrapped asset on a withdrawal account to its proven payment",
      buckets: [5, 10, 20, 30, 60, 120, 300, 900, 3600],
      registers,
    }),
    misbehaviour: counter(
      "misbehaviour_total",
      "Can validators be trusted? Sets that vouched for two histories (conflict: the bridge pauses), and single signers (equivocation: only told)",
      ["chain", "kind"],
    ),
    batches: outcomes("batches_total", "Do batches go through? Batches by how they ended; overtaken: by another's", [
      "applied",
      "overtaken",
      "failed",
    ]),
    settleSeconds: new Histogram({
      name: `${PREFIX}deposit_settle_seconds`,
      help: "How long do users wait? From seeing a payment to its proven mint",
      buckets: [5, 10, 20, 30, 60, 120, 300, 900, 3600],
      registers,
    }),
    nodeFault: gauge(
      "node_fault",
      "Do nodes fail? 1 for each that is left for its answers (reads), for what becomes of what it is handed (writes), or for not telling of blocks; with the reason's code",
      ["chain", "node", "of", "code"],
    ),
    endpointScore: gauge("endpoint_score", "Do nodes fail? From 1, it answers well, to 0, it doesn't", [
      "chain",
      "node",
    ]),
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
