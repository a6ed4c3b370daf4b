import { within } from "../within.js";
import type { Queues } from "./jobs.js";

/** How many jobs are in each state, by queue. */
export type JobCounts = { readonly [Q in keyof Queues]: Readonly<Record<string, number>> };

const PATIENCE_MS = 2_000;

/** Counts jobs; undefined while Redis doesn't answer: what it is asked waits until it is back. */
export const jobCounts = ({
  deposit,
  withdrawal,
  payout,
  registration,
  settlement,
}: Queues): Promise<JobCounts | undefined> => {
  const counted = Promise.all([
    deposit.getJobCounts(),
    withdrawal.getJobCounts(),
    payout.getJobCounts(),
    registration.getJobCounts(),
    settlement.getJobCounts(),
  ]).then(
    ([deposits, withdrawals, payouts, registrations, settlements]) => ({
      deposit: deposits,
      withdrawal: withdrawals,
      payout: payouts,
      registration: registrations,
      settlement: settlements,
    }),
    () => undefined,
  );
  return within(PATIENCE_MS, counted, undefined);
};
