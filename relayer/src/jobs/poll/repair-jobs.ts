import type { Logger } from "pino";
import type { LastPoll } from "../../last-poll.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { depositId, registrationId } from "../../sync/transfers/transfer-id.js";
import { type Queues, repairJob } from "../jobs.js";

export interface RepairParts {
  readonly payments: Pick<PaymentWatch, "open">;
  readonly queues: Pick<Queues, "deposit" | "withdrawal" | "registration">;
  readonly lastPoll: LastPoll;
  readonly log: Pick<Logger, "warn">;
}

const EVERY_MS = 30_000;
/** The oldest wait longest; the next time there are others. */
const MOST = 64;

/** Makes jobs anew that Redis has lost the place of: registrations are found by that alone. */
export const repairJobs = async ({ payments, queues, lastPoll, log }: RepairParts): Promise<void> => {
  if (performance.now() - (lastPoll.repairedAt ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return;
  lastPoll.repairedAt = performance.now();
  const registrations = [...lastPoll.registrations].slice(0, MOST).map(registrationId);
  const deposits = payments.open().slice(0, MOST);
  const withdrawals = [...lastPoll.withdrawals].slice(0, MOST);
  const repaired = await Promise.all([
    ...registrations.map(async (id) => ((await repairJob(queues.registration, id)) ? [id] : [])),
    ...deposits.map(async ({ number }) =>
      (await repairJob(queues.deposit, depositId(number))) ? [depositId(number)] : [],
    ),
    ...withdrawals.map(async (id) => ((await repairJob(queues.withdrawal, id)) ? [id] : [])),
  ]);
  const jobs = repaired.flat();
  if (jobs.length > 0) log.warn({ jobs }, "jobs were made anew: Redis had lost their places");
};
