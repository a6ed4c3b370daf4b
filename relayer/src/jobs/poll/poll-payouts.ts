/** What a poll does for all that is owed on Diem. */

import type { Logger } from "pino";
import { momentOf, monotonicNow } from "../../clock.js";
import type { LastPoll } from "../../last-poll.js";
import type { Metrics } from "../../metrics.js";
import { numbersBetween } from "../../simulate/needs.js";
import { noteSince } from "../../since.js";
import { type CurrentLedger, lastRecord } from "../../sync/bridge/bridge-view.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import type { PayoutWatch } from "../../sync/transfers/payout-watch.js";
import { transferOfRelease } from "../../sync/transfers/transfer-of-release.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import { ensureJob, payoutId, type Queues, wakeJob } from "../jobs.js";
import { tellAnew } from "../made-anew.js";
import { releaseStatus } from "../release-status.js";

export interface PayoutPollParts {
  readonly payments: Pick<PaymentWatch, "custody">;
  readonly payouts: Pick<PayoutWatch, "poll" | "get">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "ofRelease">;
  readonly queues: Pick<Queues, "payout" | "withdrawal">;
  readonly metrics: Pick<Metrics, "payouts">;
  readonly lastPoll: LastPoll;
  readonly log: Logger;
}

/**
 * Lists releases whose payments neither the ledger nor custody's proven sequence number says are
 * made or aborted.
 */
export const unpaidReleases = ({ history }: CurrentLedger, sequenceNumber: bigint): readonly bigint[] => {
  const { start, paid, releases } = history.ledger;
  const next = sequenceNumber - start;
  return numbersBetween(next > paid.releases ? next : paid.releases, releases.numLeaves);
};

/**
 * Notes since when each unpaid release is owed. Those found at the start may be as old as the
 * ledger, or older.
 */
const noteOwed = ({ lastPoll }: PayoutPollParts, current: CurrentLedger, unpaid: readonly bigint[]): void => {
  const before = lastPoll.owedSince;
  const record = before === undefined ? lastRecord(current) : undefined;
  const since = record === undefined ? monotonicNow() : momentOf(Number(record.batch.entry.ledger.time));
  lastPoll.owedSince = noteSince(before, unpaid, since);
};

/**
 * Tells how payments ended whose numbers were used since the last poll: by custody's proven sent
 * events alone.
 */
const tellEnds = async (parts: PayoutPollParts, { history }: CurrentLedger, used: readonly bigint[]): Promise<void> => {
  const { payouts, withdrawalEnds, queues, metrics, log } = parts;
  for (const release of used) {
    const paid = payouts.get(release);
    metrics.payouts.inc({ outcome: paid === undefined ? "aborted" : "paid" });
    const withdrawal = withdrawalEnds.ofRelease(Number(release));
    const transfer = transferOfRelease(history, withdrawalEnds, release);
    const at = { transfer, release: release.toString(), version: paid?.version.toString() };
    if (paid === undefined) log.warn({ ...at, status: releaseStatus(history, payouts, release) }, "payment aborted");
    else {
      log.info(at, "payment proven");
      if (withdrawal !== undefined) log.info({ ...at, outcome: "paid" }, "withdrawal ended");
    }
    if (withdrawal !== undefined) await wakeJob(queues.withdrawal, withdrawal.id);
  }
};

/** Reads what custody has paid, tells the transfers, and sees to it that what is owed is paid. */
export const pollPayouts = async (parts: PayoutPollParts, current: CurrentLedger): Promise<void> => {
  const { payments, payouts, queues, lastPoll } = parts;
  const custody = payments.custody();
  if (custody === undefined) return;
  const { sequenceNumber } = custody.account;
  const { start } = current.history.ledger;
  await payouts.poll(current, custody);
  const before = lastPoll.sequenceNumber;
  if (before !== undefined) await tellEnds(parts, current, numbersBetween(before - start, sequenceNumber - start));
  lastPoll.sequenceNumber = sequenceNumber;
  const unpaid = unpaidReleases(current, sequenceNumber);
  noteOwed(parts, current, unpaid);
  const [next] = unpaid;
  if (next === undefined) return;
  const displaced = await ensureJob(queues.payout, payoutId(next), { from: next.toString() });
  const transfer = transferOfRelease(current.history, parts.withdrawalEnds, next);
  tellAnew(parts.log, { job: payoutId(next), transfer, release: next.toString() }, displaced);
  const newest = unpaid.at(-1) ?? 0n;
  if (newest > lastPoll.newestOwed) await wakeJob(queues.payout, payoutId(next));
  lastPoll.newestOwed = newest;
};
