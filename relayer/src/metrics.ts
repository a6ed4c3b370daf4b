/** What an operator asks, as figures. Amounts are in whole smallest units, times in seconds. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const PREFIX = "pdiem_";

export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `${PREFIX}${name}`, help, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
  return {
    registry,
    depositsWaiting: gauge("deposits_waiting", "Is anything stuck? Payments to custody that aren't settled"),
    oldestWait: gauge(
      "oldest_deposit_wait_seconds",
      "Is anything stuck? Age of the oldest unsettled payment as seen here",
    ),
    depositsEnded: new Gauge({
      name: `${PREFIX}deposits_ended`,
      help: "What became of deposits since genesis, by the journal",
      labelNames: ["outcome"],
      registers,
    }),
    diemVersion: gauge("diem_proven_version", "How far behind? Version of the last proven Diem ledger info"),
    diemAge: gauge(
      "diem_age_seconds",
      "How far behind? Age of the last proven Diem ledger info by this machine's clock",
    ),
    parachainBlock: gauge("parachain_proven_block", "How far behind? Last proven finalized parachain block"),
    parachainAge: gauge("parachain_age_seconds", "How far behind? Age of that block by this machine's clock"),
    relayBlock: gauge("relay_proven_block", "How far behind? Last proven finalized relay chain block"),
    followAt: gauge("last_look_timestamp_seconds", "Is the relayer alive? When it last proved both chains' state"),
    followFailures: counter("look_failures_total", "Do nodes fail? Looks at the chains that failed, by error code", [
      "code",
    ]),
    issuerFree: gauge("issuer_free_balance", "Is the key's account running dry? Its free balance"),
    issuerReserve: gauge(
      "issuer_reserve",
      "Is the key's account running dry? Free balance below which nobody is registered",
    ),
    checkpointRemaining: gauge(
      "checkpoint_remaining_seconds",
      "Do guardians have to sign a checkpoint? Until nothing is signed without another; negative: lapsed",
    ),
    assetsFrozen: gauge("assets_frozen", "Did the guardians stop the bridge? Bridged assets that are frozen"),
    releasesUnpaid: gauge("releases_unpaid", "How much is owed? Releases not paid on Diem yet"),
    releasesOwed: new Gauge({
      name: `${PREFIX}releases_owed`,
      help: "How much is owed? Sum of the releases not paid on Diem yet, in smallest units",
      labelNames: ["currency"],
      registers,
    }),
    oldestUnpaid: gauge(
      "oldest_unpaid_release_seconds",
      "Is anything stuck? How long the oldest unpaid release is owed",
    ),
    withdrawalsWaiting: gauge("withdrawals_waiting", "Is anything stuck? Withdrawal accounts that hold something"),
    withdrawalAccounts: gauge("withdrawal_accounts", "How many withdrawal accounts are watched"),
    payouts: counter("payouts_total", "Do payments on Diem go through? Payments by how they ended", ["outcome"]),
    reservesSurplus: new Gauge({
      name: `${PREFIX}reserves_surplus`,
      help: "Is everything covered? Custody's balance above supply, unpaid releases and fees; negative: a shortfall",
      labelNames: ["currency"],
      registers,
    }),
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
    batches: counter("batches_total", "Do batches go through? Batches by how they ended", ["outcome"]),
    enclaveRefusals: counter("enclave_refusals_total", "Does the enclave refuse? Refusals by code", ["code"]),
    settleSeconds: new Histogram({
      name: `${PREFIX}deposit_settle_seconds`,
      help: "How long do users wait? From seeing a payment to its proven mint",
      buckets: [5, 10, 20, 30, 60, 120, 300, 900, 3600],
      registers,
    }),
    endpointHealthy: new Gauge({
      name: `${PREFIX}endpoint_score`,
      help: "Do nodes fail? 1 answers, 0 doesn't",
      labelNames: ["chain", "url"],
      registers,
    }),
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
