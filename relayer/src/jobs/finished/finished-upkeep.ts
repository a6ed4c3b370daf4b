/** Keeps the index of finished transfers within its bounds, and whole as far as jobs tell. */
import type { FinishedIndex, Retention } from "../../stores/finished/finished-index.js";
import type { DepositEnds } from "../../sync/transfers/deposit-ends.js";
import type { PayoutWatch } from "../../sync/transfers/payout-watch.js";
import { depositId, depositNumber } from "../../sync/transfers/transfer-id.js";
import type { Burned, WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import { JOB_DATA } from "../job-data.js";
import type { Queues } from "../jobs.js";
import { releaseStatus } from "../release-status.js";
import { finishedName } from "./finished-name.js";
import { type FinishedParts, recordDeposit, recordWithdrawal } from "./record-finished.js";
import type { ReadJobs } from "./told-jobs.js";

export interface FinishedUpkeepParts extends FinishedParts {
  readonly depositEnds: Pick<DepositEnds, "get" | "inOrder">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "all" | "get" | "placeOf">;
  readonly payouts: Pick<PayoutWatch, "at" | "get">;
  readonly finished: Pick<FinishedIndex, "record" | "missing" | "count" | "trim">;
  readonly queues: Pick<Queues, "deposit" | "withdrawal">;
  readonly readJobs: ReadJobs;
  readonly retention: Retention;
}

const AT_ONCE = 500;
/** What has ended since the last time is looked at also where there is no room. */
const NEWEST = 1_000;
const MOST_TRIMS = 50;
const WHOLE_EVERY = 30;

const hasEnded = ({ follower, payouts }: FinishedUpkeepParts, one: Burned): boolean => {
  const history = follower.view()?.current?.history;
  if (one.type === "given-back") return true;
  if (history === undefined) return false;
  return ["paid", "done"].includes(releaseStatus(history, payouts, BigInt(one.release)));
};

/** Lists the newest that have ended, by id, of both kinds. */
const newestEnded = (parts: FinishedUpkeepParts, count: number): readonly string[] => {
  const [deposits, burns] = [parts.depositEnds.inOrder(), parts.withdrawalEnds.all()];
  return [
    ...deposits.slice(-count).map(([number, { block }]) => ({ id: depositId(number), block })),
    ...burns.slice(-count).flatMap((one) => (hasEnded(parts, one) ? [{ id: one.id, block: one.block }] : [])),
  ]
    .sort((a, b) => b.block - a.block)
    .slice(0, count)
    .map(({ id }) => id);
};

const recordSome = async (parts: FinishedUpkeepParts, ids: readonly string[]): Promise<void> => {
  const deposits = ids.filter((id) => depositNumber(id) !== undefined);
  const withdrawals = ids.filter((id) => depositNumber(id) === undefined);
  const paid = await parts.readJobs(parts.queues.deposit, deposits);
  const burned = await parts.readJobs(parts.queues.withdrawal, withdrawals);
  await Promise.all([
    ...deposits.map(async (id) => {
      const told = paid.get(id);
      const data = JOB_DATA.deposit.safeParse(told?.data).data;
      if (told !== undefined && data !== undefined) await recordDeposit(parts, data, told.progress.at);
    }),
    ...withdrawals.map((id) => recordWithdrawal(parts, id, burned.get(id)?.progress.at ?? {})),
  ]);
};

/**
 * Keeps those of the newest that have ended and aren't kept yet. A deposit's payment is told by its
 * job alone: without one, `pdiem rebuild` makes it.
 */
export const recordNewest = async (parts: FinishedUpkeepParts, count: number): Promise<void> => {
  const ids = newestEnded(parts, count);
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const named = new Map(
      ids.slice(from, from + AT_ONCE).flatMap((id) => {
        const name = finishedName(parts.withdrawalEnds, id);
        return name === undefined ? [] : [[name, id] as const];
      }),
    );
    const missing = await parts.finished.missing([...named.keys()]);
    await recordSome(
      parts,
      missing.flatMap((name) => named.get(name) ?? []),
    );
  }
};

const dropOldJobs = async ({ queues }: FinishedUpkeepParts, keepMs: number): Promise<void> => {
  for (const queue of [queues.deposit, queues.withdrawal]) await queue.clean(keepMs, NEWEST, "completed");
};

/**
 * Makes what records each time what is missing, as far as there is room, and drops what isn't kept.
 * All that ended is looked through once the ledger is known, then now and again.
 */
export const lookAfterFinished = (parts: FinishedUpkeepParts): (() => Promise<void>) => {
  const { finished, follower, retention } = parts;
  const { keep, keepMs } = retention;
  let times = 0;
  return async () => {
    if (follower.view()?.current === undefined) return;
    const isWhole = times++ % WHOLE_EVERY === 0 && (await finished.count()) < keep;
    await recordNewest(parts, isWhole ? keep : Math.min(keep, NEWEST));
    for (let i = 0; i < MOST_TRIMS && (await finished.trim()) > 0; i++);
    await dropOldJobs(parts, keepMs);
  };
};
