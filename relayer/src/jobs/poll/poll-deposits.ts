/** What a poll of both chains does for deposits. */
import { toHex } from "@pdiem/light-client/bytes";
import type { JobsOptions } from "bullmq";
import type { Logger } from "pino";
import type { CustodyPayment } from "../../chains/diem/custody-payment.js";
import type { LastPoll } from "../../last-poll.js";
import type { CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { DepositEnds } from "../../sync/transfers/deposit-ends.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { depositId } from "../../sync/transfers/transfer-id.js";
import type { Tracing } from "../../tracing/tracing.js";
import { type DepositData, forEachJob, type Queues, wakeJob } from "../jobs.js";
import type { Bisection } from "../settlement/bisection.js";

export interface DepositPollParts {
  readonly payments: Pick<PaymentWatch, "poll" | "open">;
  readonly depositEnds: Pick<DepositEnds, "get">;
  readonly bisection: Pick<Bisection, "forget">;
  readonly queues: Pick<Queues, "deposit">;
  readonly lastPoll: LastPoll;
  readonly tracing: Pick<Tracing, "jobOptions">;
  readonly log: Logger;
}

/** Makes of a payment what its job holds. */
export const depositData = ({ number, version, currency, amount, payer, metadata }: CustodyPayment): DepositData => ({
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
  { queues, tracing, log }: Pick<DepositPollParts, "queues" | "tracing" | "log">,
  payments: readonly CustodyPayment[],
): Promise<void> => {
  for (let from = 0; from < payments.length; from += JOBS_AT_ONCE) {
    const some = payments.slice(from, from + JOBS_AT_ONCE);
    await queues.deposit.addBulk(
      some.map((payment) => ({
        name: "deposit",
        data: depositData(payment),
        opts: {
          jobId: depositId(payment.number),
          ...tracing.jobOptions(depositId(payment.number)),
        } satisfies JobsOptions,
      })),
    );
    for (const { number, version, payer, currency, amount } of some)
      log.info(
        {
          transfer: depositId(number),
          version: version.toString(),
          sender: toHex(payer),
          currency,
          amount: amount.toString(),
        },
        "deposit seen",
      );
  }
};

/** Tells the jobs of deposits that the ledger has ended. */
export const wakeEnded = async (
  { queues, bisection, log, depositEnds }: DepositPollParts,
  ended: readonly bigint[],
): Promise<void> => {
  await bisection.forget(ended.map(String));
  for (const number of ended) log.info({ transfer: depositId(number), ...depositEnds.get(number) }, "deposit ended");
  await forEachJob(ended, (number) => wakeJob(queues.deposit, depositId(number)));
};

/**
 * Proves what custody has received, and gives what is new a job.
 * @returns how many deposits are new
 */
export const pollDeposits = async (parts: DepositPollParts, { history }: CurrentLedger): Promise<number> => {
  const fresh = await parts.payments.poll(history);
  await enqueueDeposits(parts, fresh);
  return fresh.length;
};
