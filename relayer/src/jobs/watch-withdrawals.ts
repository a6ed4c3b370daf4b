/** What a look at both chains does for withdrawals and for all that is owed on Diem. */
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/addresses";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { JobsOptions } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import { type BridgeView, type CurrentLedger, lastRecord } from "../sync/bridge/bridge-view.js";
import type { Burned } from "../sync/transfers/withdrawal-ends.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";
import { payoutId, type WithdrawalData } from "./jobs.js";
import { ripeHoldings } from "./propose.js";
import { wakeJob } from "./wake-job.js";
import { isPaid } from "./withdrawal-processor.js";
import { noteSince } from "../since.js";

interface WithdrawalJob {
  readonly id: string;
  readonly data: WithdrawalData;
}

const dataOf = (
  { payee, subaddress, refundAccount }: WithdrawalPreimage,
  told: Pick<WithdrawalData, "account" | "currency" | "amount">,
): WithdrawalData => ({
  ...told,
  payee: toHex(payee),
  ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
  ...(refundAccount === undefined ? {} : { refundAccount: toHex(refundAccount) }),
});

const jobOfHolding = (
  { withdrawalEnds }: BridgeContext,
  { account, preimage, currency, balance }: Holding,
): WithdrawalJob => ({
  id: withdrawalEnds.nextId(account, currency),
  data: dataOf(preimage, { account: toHex(account), currency, amount: balance.toString() }),
});

const jobsOfBurned = (
  { withdrawalAccounts }: BridgeContext,
  { id, account, currency, burned }: Burned,
): readonly WithdrawalJob[] => {
  const preimage = withdrawalAccounts.get(account)?.preimage;
  return preimage === undefined ? [] : [{ id, data: dataOf(preimage, { account, currency, amount: burned }) }];
};

const JOBS_AT_ONCE = 500;

const enqueue = async (context: BridgeContext, jobs: readonly WithdrawalJob[]): Promise<number> => {
  const { queues, lastPoll, log } = context;
  const known = lastPoll.withdrawals;
  const fresh = jobs.filter(({ id }) => !known.has(id));
  for (let from = 0; from < fresh.length; from += JOBS_AT_ONCE) {
    const some = fresh.slice(from, from + JOBS_AT_ONCE);
    await queues.withdrawal.addBulk(
      some.map(({ id, data }) => ({ name: "withdrawal", data, opts: { jobId: id } satisfies JobsOptions })),
    );
    for (const { id, data } of some) {
      known.add(id);
      log.info({ transfer: id, currency: data.currency, amount: data.amount }, "withdrawal seen");
    }
  }
  return fresh.length;
};

/** Withdrawals that had a job at the last look have one again: Redis has lost them. */
export const giveWithdrawalsBack = async (context: BridgeContext, { history }: CurrentLedger): Promise<void> => {
  const { withdrawals, withdrawalEnds, payouts, lastPoll } = context;
  const owed = payouts.unpaid(history).flatMap((index) => withdrawalEnds.ofRelease(Number(index)) ?? []);
  lastPoll.withdrawals.clear();
  await enqueue(context, [
    ...withdrawals.holdings().map((holding) => jobOfHolding(context, holding)),
    ...owed.flatMap((one) => jobsOfBurned(context, one)),
  ]);
};

/**
 * Learns of withdrawal accounts, proves what is on them, and takes in what the journal tells of them.
 * @returns how many withdrawals are new
 */
export const lookAtWithdrawals = async (
  context: BridgeContext,
  view: BridgeView,
  current: CurrentLedger,
): Promise<number> => {
  const { withdrawalAccounts, withdrawals, withdrawalEnds, preimages, suspects, queues, lastPoll, log } = context;
  const [genesis] = current.history.batches;
  const genesisBlock = genesis === undefined ? undefined : current.records.get(toHex(genesis.anchor))?.block;
  await withdrawalAccounts.share();
  try {
    await preimages.look(genesisBlock ?? view.block.number, view.block.number);
  } catch (error) {
    // What can't be read now is read at a later look; withdrawals known of don't wait for it.
    if (!isPdiemError(error)) throw error;
    log.warn({ code: error.code, error: error.message }, "blocks not read for withdrawal accounts");
  }
  await withdrawals.look(view.head);
  const burned = withdrawalEnds.update(current);
  if (burned.length > 0) {
    await withdrawalAccounts.present(withdrawalEnds.preimages());
    await suspects.forgive(burned.map(({ id }) => id));
  }
  for (const { id, type, batch, block } of burned) {
    log.info({ transfer: id, type, batch, block }, "withdrawal burned");
    await wakeJob(queues.withdrawal, id);
  }
  const ripe = ripeHoldings(context, view).map(({ account, currency }) => withdrawalEnds.nextId(account, currency));
  lastPoll.ripeSince = noteSince(lastPoll.ripeSince, ripe, Date.now());
  const unpaid = burned.filter((one) => one.type === "released" && !isPaid(context, one.release));
  return enqueue(context, [
    ...withdrawals.holdings().map((holding) => jobOfHolding(context, holding)),
    ...unpaid.flatMap((one) => jobsOfBurned(context, one)),
  ]);
};

/** Since when each unpaid release is owed; those found at the start may be as old as the ledger in force, or older. */
const noteOwed = ({ lastPoll }: BridgeContext, current: CurrentLedger, unpaid: readonly bigint[]): void => {
  const before = lastPoll.owedSince;
  const record = before === undefined ? lastRecord(current) : undefined;
  const since = record === undefined ? Date.now() : Number(record.entry.step.ledger.time);
  lastPoll.owedSince = noteSince(before, unpaid, since);
};

/** Reads what custody has paid, tells the transfers, and sees to it that there is a payment for the next sequence number. */
export const lookAtPayouts = async (context: BridgeContext, current: CurrentLedger): Promise<void> => {
  const { payments, payouts, payoutStates, queues, withdrawalEnds, lastPoll } = context;
  const sight = payments.custody();
  if (sight === undefined) return;
  const { history } = current;
  const added = await payouts.look(history, sight);
  const { sequenceNumber } = sight.account;
  const before = lastPoll.sequenceNumber;
  lastPoll.sequenceNumber = sequenceNumber;
  if (before !== undefined && before !== sequenceNumber) await wakeJob(queues.payout, payoutId(before));
  await payoutStates.forget(added.map(({ release }) => release));
  for (const { release } of added) {
    const transfer = withdrawalEnds.ofRelease(Number(release));
    if (transfer !== undefined) await wakeJob(queues.withdrawal, transfer.id);
  }
  const unpaid = payouts.unpaid(history);
  noteOwed(context, current, unpaid);
  if (unpaid.length === 0) return;
  const id = payoutId(sequenceNumber);
  await queues.payout.add("payout", { sequenceNumber: sequenceNumber.toString() }, { jobId: id });
  const newest = unpaid.at(-1) ?? 0n;
  if (newest > lastPoll.newestOwed) await wakeJob(queues.payout, id);
  lastPoll.newestOwed = newest;
};
