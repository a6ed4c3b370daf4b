/** What a poll of both chains does for withdrawals. */

import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { underLimits } from "@pdiem/bridge/governance/limits";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { JobsOptions } from "bullmq";
import type { Logger } from "pino";
import { monotonicNow } from "../../clock.js";
import type { LastPoll } from "../../last-poll.js";
import { noteSince } from "../../since.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { governanceAt } from "../../sync/bridge/governance.js";
import type { PayoutWatch } from "../../sync/transfers/payout-watch.js";
import type { PreimageWatch } from "../../sync/transfers/preimage-watch.js";
import type { ReleaseEnds } from "../../sync/transfers/release-ends.js";
import type { WithdrawalAccounts } from "../../sync/transfers/withdrawal-accounts.js";
import type { Burned, WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { Holding, WithdrawalWatch } from "../../sync/transfers/withdrawal-watch.js";
import type { Tracing } from "../../tracing/tracing.js";
import { forEachJob, type Queues, type WithdrawalData, wakeJob } from "../jobs.js";
import { releaseStatus } from "../release-status.js";
import type { Bisection } from "../settlement/bisection.js";
import { ripeHoldings } from "../settlement/propose.js";
import { withdrawalData } from "../withdrawal-data.js";

export interface WithdrawalPollParts {
  readonly config: BridgeConfig;
  readonly withdrawalAccounts: WithdrawalAccounts;
  readonly withdrawals: WithdrawalWatch;
  readonly withdrawalEnds: WithdrawalEnds;
  readonly preimages: PreimageWatch;
  readonly payouts: Pick<PayoutWatch, "get">;
  readonly releaseEnds: Pick<ReleaseEnds, "get">;
  readonly bisection: Pick<Bisection, "forget">;
  readonly queues: Pick<Queues, "withdrawal">;
  readonly lastPoll: LastPoll;
  readonly tracing: Pick<Tracing, "jobOptions">;
  readonly log: Logger;
}

interface WithdrawalJob {
  readonly id: string;
  readonly data: WithdrawalData;
}

const jobOfHolding = (
  { withdrawalEnds }: WithdrawalPollParts,
  { account, preimage, currency, balance }: Holding,
): WithdrawalJob => ({
  id: withdrawalEnds.nextId(account, currency),
  data: withdrawalData(preimage, { account: toHex(account), currency, amount: balance.toString() }),
});

const jobsOfBurned = (
  { withdrawalAccounts }: WithdrawalPollParts,
  { id, account, currency, amount }: Burned,
): readonly WithdrawalJob[] => {
  const preimage = withdrawalAccounts.get(account)?.preimage;
  return preimage === undefined ? [] : [{ id, data: withdrawalData(preimage, { account, currency, amount }) }];
};

const JOBS_AT_ONCE = 500;

const enqueue = async (parts: WithdrawalPollParts, jobs: readonly WithdrawalJob[]): Promise<number> => {
  const { queues, lastPoll, tracing, log } = parts;
  const known = lastPoll.withdrawals;
  const fresh = jobs.filter(({ id }) => !known.has(id));
  for (let from = 0; from < fresh.length; from += JOBS_AT_ONCE) {
    const some = fresh.slice(from, from + JOBS_AT_ONCE);
    await queues.withdrawal.addBulk(
      some.map(({ id, data }) => ({
        name: "withdrawal",
        data,
        opts: { jobId: id, ...tracing.jobOptions(id) } satisfies JobsOptions,
      })),
    );
    for (const { id, data } of some) {
      known.add(id);
      const { account, payee, currency, amount } = data;
      log.info({ transfer: id, account, payee, currency, amount }, "withdrawal seen");
    }
  }
  return fresh.length;
};

const isUnderWay = ({ payouts }: WithdrawalPollParts, { history }: CurrentLedger, one: Burned): boolean =>
  one.type === "released" && ["owed", "aborted"].includes(releaseStatus(history, payouts, BigInt(one.release)));

/**
 * Gives those a job again that had one at the last poll: Redis has lost them.
 * @param unpaid releases
 */
export const giveWithdrawalsBack = async (parts: WithdrawalPollParts, unpaid: readonly bigint[]): Promise<void> => {
  const { withdrawals, withdrawalEnds, lastPoll } = parts;
  const owed = unpaid.flatMap((index) => withdrawalEnds.ofRelease(Number(index)) ?? []);
  lastPoll.withdrawals.clear();
  await enqueue(parts, [
    ...withdrawals.holdings().map((holding) => jobOfHolding(parts, holding)),
    ...owed.flatMap((one) => jobsOfBurned(parts, one)),
  ]);
};

const tellOne = ({ log }: WithdrawalPollParts, { id, batch, block, ...one }: Burned): void => {
  const at = { transfer: id, batch, block, amount: one.amount };
  log.info(
    one.type === "released" ? { ...at, type: one.type, release: one.release } : { ...at, type: one.type },
    "withdrawal burned",
  );
  if (one.type === "given-back") log.info({ ...at, outcome: one.type, to: one.to }, "withdrawal ended");
};

/** Its release had aborted on Diem, and the ledger has settled it in another way. */
const tellAbortedEnd = ({ log, releaseEnds }: WithdrawalPollParts, release: bigint, transfer: string): void => {
  const end = releaseEnds.get(release);
  if (end?.type !== "given-back") return;
  const { batch, block, to, amount } = end;
  log.info({ transfer, release: release.toString(), outcome: end.type, batch, block, to, amount }, "withdrawal ended");
};

/**
 * Tells the jobs of withdrawals that were burned, or whose aborted releases have ended. Those that
 * never had one get one.
 * @param ended releases
 * @param isFirst whether this process learns of the ledger for the first time
 */
export const tellBurned = async (
  parts: WithdrawalPollParts,
  current: CurrentLedger,
  burned: readonly Burned[],
  ended: readonly bigint[],
  isFirst: boolean,
): Promise<void> => {
  const { withdrawalAccounts, withdrawalEnds, bisection, queues } = parts;
  if (burned.length > 0) {
    await withdrawalAccounts.present(withdrawalEnds.preimages());
    await bisection.forget(burned.map(({ id }) => id));
  }
  // What is under way is taken up once Diem was asked. The others ended long ago, and were told.
  if (isFirst) return;
  for (const one of burned) tellOne(parts, one);
  await forEachJob(burned, ({ id }) => wakeJob(queues.withdrawal, id));
  for (const index of ended) {
    const transfer = withdrawalEnds.ofRelease(Number(index));
    if (transfer === undefined) continue;
    tellAbortedEnd(parts, index, transfer.id);
    await wakeJob(queues.withdrawal, transfer.id);
  }
  await enqueueUnderWay(parts, current, burned);
};

const enqueueUnderWay = async (
  parts: WithdrawalPollParts,
  current: CurrentLedger,
  burned: readonly Burned[],
): Promise<readonly Burned[]> => {
  const underWay = burned.filter((one) => isUnderWay(parts, current, one));
  await enqueue(
    parts,
    underWay.flatMap((one) => jobsOfBurned(parts, one)),
  );
  return underWay;
};

/**
 * Takes up at a start what was burned and isn't paid yet, once custody's payments are known.
 * @param burned all that ever was
 */
export const takeUpBurned = async (
  parts: WithdrawalPollParts,
  current: CurrentLedger,
  burned: readonly Burned[],
): Promise<void> => {
  for (const one of await enqueueUnderWay(parts, current, burned)) tellOne(parts, one);
};

/**
 * Learns of withdrawal accounts, and proves what is on them.
 * @returns how many withdrawals are new
 */
export const pollWithdrawals = async (
  parts: WithdrawalPollParts,
  view: BridgeView,
  current: CurrentLedger,
): Promise<number> => {
  const { config, withdrawalAccounts, withdrawals, withdrawalEnds, preimages, lastPoll, log } = parts;
  const [genesis] = current.history.batches;
  const genesisBlock = genesis === undefined ? undefined : current.records.get(toHex(genesis.anchor))?.block;
  await withdrawalAccounts.share();
  try {
    await preimages.poll(genesisBlock ?? view.block.number, view.block.number);
  } catch (error) {
    // What can't be read now is read at a later poll; withdrawals known of don't wait for it.
    if (!isPdiemError(error)) throw error;
    log.warn({ code: error.code, error: error.message }, "blocks not read for withdrawal accounts");
  }
  await withdrawals.poll(view.head);
  const limited = underLimits(config, governanceAt(config, current).limits);
  const holdings = withdrawals.holdings();
  const ripe = ripeHoldings(limited, holdings).map(({ account, currency }) => withdrawalEnds.nextId(account, currency));
  lastPoll.ripeSince = noteSince(lastPoll.ripeSince, ripe, monotonicNow());
  return enqueue(
    parts,
    holdings.map((holding) => jobOfHolding(parts, holding)),
  );
};
