import { WORTHWHILE_FOLD } from "@pdiem/bridge/settlement/economy";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { JobsOptions } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { describeTerm, presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import { claimedFees } from "../sync/transfers/claimed-fees.js";
import { type DepositData, depositId, registrationId } from "./jobs.js";
import { hasNewRuntime, isWorkDue, ripeHoldings, unfoldedPayments, waitingAccounts } from "./propose.js";
import { wantedDecisions } from "./ready-decisions.js";
import { nextSettlement } from "./settlement-processor.js";
import { wakeJob } from "./wake-job.js";
import { type Repeating, startRepeating } from "../repeating.js";
import { noteSince } from "../since.js";
import { giveWithdrawalsBack, lookAtPayouts, lookAtWithdrawals } from "./watch-withdrawals.js";

/** Looks at both chains, again and again: everything follows from what is there, nothing from having seen it happen. */
export interface Watch extends Repeating {
  /** When the last look succeeded, ms since 1970; undefined before the first. */
  readonly lookedAt: () => number | undefined;
  readonly lastError: () => string | undefined;
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

const enqueueDeposits = async ({ queues, log }: BridgeContext, payments: readonly CustodyPayment[]): Promise<void> => {
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

const wakeEnded = async ({ queues, suspects, log, outcomes }: BridgeContext, ended: readonly bigint[]) => {
  await suspects.forgive(ended.map(String));
  for (const number of ended) {
    const { outcome, batch, block } = outcomes.get(number) ?? {};
    log.info({ transfer: depositId(number), outcome, batch, block }, "deposit ended");
    await wakeJob(queues.deposit, depositId(number));
  }
};

/** Since when each open deposit is; those found at the start as long as the job of the oldest, where Redis still has it. */
const noteOpen = async ({ payments, queues, lastPoll }: BridgeContext): Promise<void> => {
  const before = lastPoll.openSince;
  const numbers = payments.open().map(({ number }) => number);
  const [oldest] = before === undefined ? numbers : [];
  const job = oldest === undefined ? undefined : await queues.deposit.getJob(depositId(oldest));
  lastPoll.openSince = noteSince(before, numbers, job?.timestamp ?? Date.now());
};

/** For other things than deposits, registrations and claims of fees. */
const isBatchWanted = (context: BridgeContext, view: BridgeView, current: CurrentLedger): boolean =>
  ripeHoldings(context, view).length > 0 ||
  unfoldedPayments(context, current) >= WORTHWHILE_FOLD ||
  hasNewRuntime(context, view, current) ||
  isWorkDue(context, view, current);

/** @param news whether there is something that a job which waits, or failed, should look at before its time */
const ensureSettlement = async (context: BridgeContext, view: BridgeView, news: boolean): Promise<void> => {
  const { queues, payments, feeClaims, lastPoll } = context;
  const { id, data } = nextSettlement(view);
  if (view.current === undefined && data.nonce > 0) return;
  const waiting = await waitingAccounts(context);
  const accounts = waiting.length;
  const isNewAccount = accounts > lastPoll.accounts;
  lastPoll.accounts = accounts;
  for (const account of waiting) lastPoll.registrations.add(account);
  const claims = (await feeClaims.all()).length;
  if (
    view.current === undefined ||
    payments.open().length + accounts + claims > 0 ||
    isBatchWanted(context, view, view.current)
  )
    await queues.settlement.add("settlement", data, { jobId: id });
  if (news || isNewAccount) await wakeJob(queues.settlement, id);
};

/** A batch that was included, whether it applied or reverted, has a job that waits to hear of it. */
const wakeIncluded = async (
  { queues }: BridgeContext,
  before: BridgeView | undefined,
  now: BridgeView,
): Promise<void> => {
  if (before === undefined) return;
  const { id } = nextSettlement(before);
  if (id !== nextSettlement(now).id) await wakeJob(queues.settlement, id);
};

/** Decisions rest on the parachain alone: they are seen to before anything is asked of Diem. */
const ensureDecisions = async (context: BridgeContext, view: BridgeView, current: CurrentLedger): Promise<void> => {
  const { queues, lastPoll } = context;
  const wanted = await wantedDecisions(context, view, current);
  const before = lastPoll.decisions;
  lastPoll.decisions = wanted;
  if (wanted === "") return;
  const { id, data } = nextSettlement(view);
  await queues.settlement.add("settlement", data, { jobId: id });
  if (wanted !== before) await wakeJob(queues.settlement, id);
};

const RESERVES_MS = 30_000;

const lookAtReserves = async ({ reserves, log }: BridgeContext, current: CurrentLedger): Promise<void> => {
  const { at = 0 } = reserves.latest() ?? {};
  if (Date.now() - at < RESERVES_MS) return;
  try {
    for (const { currency, surplus, isCovered } of (await reserves.prove(current)).reserves)
      if (!isCovered) log.error({ currency, surplus: surplus.toString() }, "reserves fall short");
  } catch (error) {
    // Between two looks at the chains the ledger may have moved on: the next one proves it.
    if (!isPdiemError(error)) throw error;
    log.debug({ error: error.message }, "reserves not proven");
  }
};

/**
 * Guardians want to hear of a checkpoint that lapses before it does.
 * @returns whether there is one again after the last had lapsed
 */
const tellTerm = (context: BridgeContext): boolean => {
  const { lastPoll, log } = context;
  const term = presentTerm(context);
  if (term === undefined) return false;
  const { state } = term;
  const { term: before } = lastPoll;
  if (state === before) return false;
  log[state === "lapsed" ? "error" : state === "soon" ? "warn" : "info"](`checkpoint ${describeTerm(term)}`);
  lastPoll.term = state;
  return before === "lapsed";
};

/** Tells the jobs whose transfers the ledger has come to contain since `before`. */
const wakeJobs = async (context: BridgeContext, before: CurrentLedger | undefined, now: CurrentLedger): Promise<void> => {
  const { outcomes, queues, lastPoll, feeClaims, config, log } = context;
  const ended = outcomes.update(now);
  if (before === undefined) {
    const [genesis] = now.history.batches;
    const first = genesis === undefined ? undefined : now.records.get(toHex(genesis.anchor));
    // What an operator whose nodes don't keep everything writes into the configuration, or has another relayer's operator write.
    log.info({ batches: now.history.batches.length, firstBlock: first?.block }, "the bridge's history is read");
    // Whatever happened while nobody looked: each job finds out for itself.
    await queues.deposit.promoteJobs();
    await queues.withdrawal.promoteJobs();
    await queues.registration.promoteJobs();
    return;
  }
  await wakeEnded(context, ended);
  // Before there is a job for the ledger in force: it would claim them again.
  await feeClaims.remove(claimedFees(config, now.history.batches, before.history.batches.length));
  for (const account of now.history.accounts.slice(before.history.accounts.length)) {
    lastPoll.registrations.delete(toHex(account));
    await wakeJob(queues.registration, registrationId(toHex(account)));
  }
};

/** Whatever had a job at the last look has one again: Redis has lost them. Batches and payouts get theirs at every look. */
const giveJobsBack = async (context: BridgeContext, current: CurrentLedger): Promise<void> => {
  const { queues, payments, lastPoll, log } = context;
  log.warn("Redis was emptied: jobs are made again");
  for (const account of lastPoll.registrations)
    await queues.registration.add("registration", { account }, { jobId: registrationId(account) });
  await enqueueDeposits(context, payments.open());
  await giveWithdrawalsBack(context, current);
};

/** One look. @throws PdiemError of whatever couldn't be asked or proven */
export const look = async (context: BridgeContext): Promise<void> => {
  const { follower, payments, presence } = context;
  const before = follower.view();
  const known = before?.current;
  await presence.whenLost(async () => {
    if (known !== undefined) await giveJobsBack(context, known);
  });
  const view = await follower.follow();
  await wakeIncluded(context, before, view);
  let news = before?.block.number !== view.block.number;
  if (view.current !== undefined) {
    await ensureDecisions(context, view, view.current);
    await wakeJobs(context, before?.current, view.current);
    const fresh = await payments.look(view.current.history.ledger.deposits);
    await enqueueDeposits(context, fresh);
    await noteOpen(context);
    const withdrawals = await lookAtWithdrawals(context, view, view.current);
    await lookAtPayouts(context, view.current);
    news ||= fresh.length + withdrawals > 0;
  }
  news = tellTerm(context) || news;
  await ensureSettlement(context, view, news);
  if (view.current !== undefined) await lookAtReserves(context, view.current);
};

export const startWatch = (context: BridgeContext, pollMs: number): Watch => {
  const { log, metrics } = context;
  let lookedAt: number | undefined;
  let lastError: string | undefined;

  const lookOnce = async (): Promise<void> => {
    await look(context);
    lookedAt = Date.now();
    metrics.lookedAt.set(lookedAt / 1000);
    lastError = undefined;
  };

  const tell = (error: unknown): void => {
    const code = isPdiemError(error) ? error.code : "defect";
    const message = error instanceof Error ? error.message : String(error);
    metrics.followFailures.inc({ code });
    if (`${code}: ${message}` !== lastError) log.warn({ code, error: message }, "could not look at the chains");
    if (code === "defect") log.error(error);
    lastError = `${code}: ${message}`;
  };

  return { ...startRepeating(lookOnce, pollMs, tell), lookedAt: () => lookedAt, lastError: () => lastError };
};
