/** What a poll of both chains does for deposits and registrations. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import type { JobsOptions } from "bullmq";
import type { Logger } from "pino";
import type { CustodyPayment } from "../../chains/diem/custody-payment.js";
import type { LastPoll } from "../../last-poll.js";
import { noteSince } from "../../since.js";
import type { FeeClaims } from "../../stores/fee-claims.js";
import type { CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { claimedFees } from "../../sync/transfers/claimed-fees.js";
import type { DepositEnds } from "../../sync/transfers/deposit-ends.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { depositId, registrationId } from "../../sync/transfers/transfer-id.js";
import type { DepositData, Queues } from "../jobs.js";
import type { Bisection } from "../settlement/bisection.js";
import { wakeJob } from "../wake-job.js";

export interface DepositPollParts {
  readonly config: BridgeConfig;
  readonly payments: Pick<PaymentWatch, "poll" | "open">;
  readonly depositEnds: DepositEnds;
  readonly feeClaims: Pick<FeeClaims, "remove">;
  readonly bisection: Pick<Bisection, "forgive">;
  readonly queues: Pick<Queues, "deposit" | "withdrawal" | "registration">;
  readonly lastPoll: LastPoll;
  readonly log: Logger;
}

const depositData = ({ number, version, currency, amount, payer, metadata }: CustodyPayment): DepositData => ({
  number: number.toString(),
  version: version.toString(),
  currency,
  amount: amount.toString(),
  sender: toHex(payer),
  metadata: toHex(metadata),
});

const JOBS_AT_ONCE = 500;

/** Gives deposits a job each. */
export const enqueueDeposits = async (
  { queues, log }: Pick<DepositPollParts, "queues" | "log">,
  payments: readonly CustodyPayment[],
): Promise<void> => {
  for (let from = 0; from < payments.length; from += JOBS_AT_ONCE) {
    const some = payments.slice(from, from + JOBS_AT_ONCE);
    await queues.deposit.addBulk(
      some.map((payment) => ({
        name: "deposit",
        data: depositData(payment),
        opts: { jobId: depositId(payment.number) } satisfies JobsOptions,
      })),
    );
    for (const { number, currency, amount } of some)
      log.info({ transfer: depositId(number), currency, amount: amount.toString() }, "deposit seen");
  }
};

const wakeEnded = async (
  { queues, bisection, log, depositEnds }: DepositPollParts,
  ended: readonly bigint[],
): Promise<void> => {
  await bisection.forgive(ended.map(String));
  for (const number of ended) {
    const { outcome, batch, block } = depositEnds.get(number) ?? {};
    log.info({ transfer: depositId(number), outcome, batch, block }, "deposit ended");
    await wakeJob(queues.deposit, depositId(number));
  }
};

/** Notes since when each deposit is open; those found at the start as long as the job of the oldest, if there is one. */
const noteOpen = async ({ payments, queues, lastPoll }: DepositPollParts): Promise<void> => {
  const before = lastPoll.openSince;
  const numbers = payments.open().map(({ number }) => number);
  const [oldest] = before === undefined ? numbers : [];
  const job = oldest === undefined ? undefined : await queues.deposit.getJob(depositId(oldest));
  lastPoll.openSince = noteSince(before, numbers, job?.timestamp ?? Date.now());
};

/** Tells the jobs whose deposits and registrations the ledger has come to contain since `before`. */
export const wakeJobs = async (
  parts: DepositPollParts,
  before: CurrentLedger | undefined,
  { history, ...now }: CurrentLedger,
): Promise<void> => {
  const { depositEnds, queues, lastPoll, feeClaims, config, log } = parts;
  const ended = depositEnds.update({ history, ...now });
  if (before === undefined) {
    const [genesis] = history.batches;
    const first = genesis === undefined ? undefined : now.records.get(toHex(genesis.anchor));
    // What an operator whose nodes don't keep everything writes into the configuration, or another's has to be given.
    log.info({ batches: history.batches.length, firstBlock: first?.block }, "the bridge's history is read");
    // Whatever happened while nobody polled: each job finds out for itself.
    await queues.deposit.promoteJobs();
    await queues.withdrawal.promoteJobs();
    await queues.registration.promoteJobs();
    return;
  }
  await wakeEnded(parts, ended);
  // Before there is a job for the ledger in force: it would claim them again.
  await feeClaims.remove(claimedFees(config, history.batches, before.history.batches.length));
  for (const account of history.accounts.slice(before.history.accounts.length)) {
    lastPoll.registrations.delete(toHex(account));
    await wakeJob(queues.registration, registrationId(toHex(account)));
  }
};

/** Proves what custody has received, and gives what is new a job. @returns how many deposits are new */
export const pollDeposits = async (parts: DepositPollParts, { history }: CurrentLedger): Promise<number> => {
  const fresh = await parts.payments.poll(history);
  await enqueueDeposits(parts, fresh);
  await noteOpen(parts);
  return fresh.length;
};
