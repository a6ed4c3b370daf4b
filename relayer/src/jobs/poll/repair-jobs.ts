import type { Queue } from "bullmq";
import type { Logger } from "pino";
import type { LastPoll } from "../../last-poll.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { depositId, registrationId } from "../../sync/transfers/transfer-id.js";
import { type Queues, repairJob } from "../jobs.js";
import { tellAnew } from "../made-anew.js";

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
  const repair = async (queue: Queue, id: string): Promise<void> => {
    if (!(await repairJob(queue, id))) return;
    const transfer = queue === queues.registration ? undefined : id;
    tellAnew(log, { job: id, transfer }, "nowhere");
  };
  await Promise.all([
    ...registrations.map((id) => repair(queues.registration, id)),
    ...deposits.map(({ number }) => repair(queues.deposit, depositId(number))),
    ...withdrawals.map((id) => repair(queues.withdrawal, id)),
  ]);
};
