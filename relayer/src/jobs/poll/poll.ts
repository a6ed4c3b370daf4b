/**
 * Polls both chains, again and again: everything follows from what is there, nothing from having
 * seen it happen.
 */

import { isPdiemError } from "@pdiem/light-client/error";
import { momentOf, monotonicNow } from "../../clock.js";
import { codeOf, faultOf } from "../../fault.js";
import type { Metrics } from "../../metrics.js";
import { type Repeating, startRepeating } from "../../repeating.js";
import type { ProvableCalls } from "../../simulate/provable-calls.js";
import type { ReservesKeeper } from "../../simulate/prove-reserves.js";
import { noteSince } from "../../since.js";
import type { Presence } from "../../stores/presence.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { Follower } from "../../sync/bridge/follower.js";
import type { ChainPulse } from "../../sync/chain-pulse.js";
import { describeTerm, presentTerm } from "../../sync/checkpoints/checkpoint-term.js";
import type { CheckpointWatch } from "../../sync/checkpoints/checkpoint-watch.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { depositId, registrationId } from "../../sync/transfers/transfer-id.js";
import type { ClockSteps } from "../clock-step.js";
import { ensureJob, type Queues, wakeJob } from "../jobs.js";
import { tellAnew } from "../made-anew.js";
import { type DecisionSources, readyDecisions } from "../settlement/ready-decisions.js";
import { nextSettlement } from "../settlement/settlement-processor.js";
import { enqueueDeposits, pollDeposits } from "./poll-deposits.js";
import { type LedgerPollParts, pollLedger, takeInEnds } from "./poll-ledger.js";
import { type PayoutPollParts, pollPayouts, unpaidReleases } from "./poll-payouts.js";
import { giveWithdrawalsBack, pollWithdrawals, takeUpBurned } from "./poll-withdrawals.js";
import { type RepairParts, repairJobs } from "./repair-jobs.js";

export type PollParts = LedgerPollParts &
  PayoutPollParts &
  RepairParts &
  DecisionSources & {
    readonly follower: Follower;
    readonly payments: PaymentWatch;
    readonly checkpoints: CheckpointWatch;
    readonly reserves: ReservesKeeper;
    readonly waitingAccounts: () => Promise<readonly string[]>;
    readonly presence: Presence;
    readonly clockSteps: ClockSteps;
    readonly pulses: { readonly diem: ChainPulse; readonly parachain: ChainPulse };
    readonly provableCalls: Pick<ProvableCalls, "try">;
    readonly queues: Queues;
    readonly metrics: Metrics;
  };

export interface Poll extends Repeating {
  /** Tells when the last poll succeeded, ms since 1970; undefined before the first. */
  readonly polledAt: () => number | undefined;
  /** Tells how long ago that was, ms, whatever becomes of the machine's clock. */
  readonly provenMs: () => number | undefined;
  readonly lastError: () => string | undefined;
}

/**
 * Gives the next batch a job.
 * @param news whether there is something that a job which waits should see at once
 */
const ensureSettlement = async (parts: PollParts, view: BridgeView, news: boolean): Promise<void> => {
  const { queues, lastPoll } = parts;
  const { id, data } = nextSettlement(view);
  if (view.current === undefined && data.nonce > 0) return;
  const waiting = await parts.waitingAccounts();
  const isNewAccount = waiting.length > lastPoll.accounts;
  lastPoll.accounts = waiting.length;
  for (const account of waiting) lastPoll.registrations.add(account);
  tellAnew(parts.log, { job: id }, await ensureJob(queues.settlement, id, data));
  if (news || isNewAccount) await wakeJob(queues.settlement, id);
};

/**
 * Notes since when each deposit is open. Those found at the start are as old as the job of the
 * oldest, if there is one.
 */
const noteOpen = async ({ payments, queues, lastPoll }: PollParts): Promise<void> => {
  const before = lastPoll.openSince;
  const numbers = payments.open().map(({ number }) => number);
  const [oldest] = before === undefined ? numbers : [];
  const job = oldest === undefined ? undefined : await queues.deposit.getJob(depositId(oldest));
  lastPoll.openSince = noteSince(before, numbers, job === undefined ? monotonicNow() : momentOf(job.timestamp));
};

/**
 * A batch that was included, whether it applied or reverted, has a job that waits to hear of it.
 */
const wakeIncluded = async ({ queues }: PollParts, before: BridgeView | undefined, now: BridgeView): Promise<void> => {
  if (before === undefined) return;
  const { id } = nextSettlement(before);
  if (id !== nextSettlement(now).id) await wakeJob(queues.settlement, id);
};

/** Decisions rest on the parachain alone: they are seen to before anything is asked of Diem. */
const ensureDecisions = async (parts: PollParts, view: BridgeView, current: CurrentLedger): Promise<void> => {
  const { queues, lastPoll } = parts;
  const wanted = (await readyDecisions(parts, view, current)).map(({ id }) => id).join(" ");
  const before = lastPoll.decisions;
  lastPoll.decisions = wanted;
  if (wanted === "") return;
  const { id, data } = nextSettlement(view);
  tellAnew(parts.log, { job: id }, await ensureJob(queues.settlement, id, data));
  if (wanted !== before) await wakeJob(queues.settlement, id);
};

const RESERVES_MS = 30_000;

const pollReserves = async ({ reserves, log }: PollParts, current: CurrentLedger): Promise<void> => {
  const { at = Number.NEGATIVE_INFINITY } = reserves.latest() ?? {};
  if (monotonicNow() - at < RESERVES_MS) return;
  try {
    for (const { currency, surplus, isCovered } of (await reserves.prove(current)).reserves)
      if (!isCovered) log.error({ currency, surplus: surplus.toString() }, "reserves fall short");
  } catch (error) {
    // Between two polls the ledger may have moved on: the next one proves it.
    if (!isPdiemError(error)) throw error;
    log.debug({ error: error.message }, "reserves not proven");
  }
};

/**
 * Tells of a checkpoint that lapses before it does: guardians want to hear of it.
 * @returns whether there is one again after the last had lapsed
 */
const tellTerm = (parts: PollParts): boolean => {
  const { lastPoll, log } = parts;
  const term = presentTerm(parts);
  if (term === undefined) return false;
  const { state } = term;
  const { term: before } = lastPoll;
  if (state === before) return false;
  log[state === "lapsed" ? "error" : state === "soon" ? "warn" : "info"](`checkpoint ${describeTerm(term)}`);
  lastPoll.term = state;
  return before === "lapsed";
};

/**
 * Gives back whatever had a job at the last poll: Redis has lost them. Batches and payouts get
 * theirs at every poll.
 */
const giveJobsBack = async (parts: PollParts, current: CurrentLedger): Promise<void> => {
  const { queues, payments, lastPoll, log } = parts;
  log.warn("Redis was emptied: jobs are made again");
  for (const account of lastPoll.registrations)
    await queues.registration.add("registration", { account }, { jobId: registrationId(account) });
  await enqueueDeposits(parts, payments.open());
  const custody = payments.custody();
  await giveWithdrawalsBack(
    parts,
    custody === undefined ? [] : unpaidReleases(current, custody.account.sequenceNumber),
  );
};

const notePulse = ({ pulses, payments }: PollParts): void => {
  const custody = payments.custody();
  if (custody !== undefined) pulses.diem.note(custody.version);
};

/** Polls once. @throws PdiemError of whatever couldn't be asked or proven */
export const pollOnce = async (parts: PollParts): Promise<void> => {
  const { follower, presence } = parts;
  const before = follower.view();
  const known = before?.current;
  await presence.whenLost(async () => {
    if (known !== undefined) await giveJobsBack(parts, known);
  });
  await parts.clockSteps.makeUp(Object.values(parts.queues));
  const view = await follower.follow();
  const { current } = view;
  parts.pulses.parachain.note(BigInt(view.block.number));
  if (view.specVersion !== undefined) parts.provableCalls.try(view.specVersion);
  const ends = current === undefined ? undefined : takeInEnds(parts, current);
  await wakeIncluded(parts, before, view);
  let news = before?.block.number !== view.block.number;
  if (current !== undefined && ends !== undefined) {
    await ensureDecisions(parts, view, current);
    await pollLedger(parts, known, current, ends);
    const deposits = await pollDeposits(parts, current);
    notePulse(parts);
    await noteOpen(parts);
    const withdrawals = await pollWithdrawals(parts, view, current);
    await pollPayouts(parts, current);
    if (known === undefined) await takeUpBurned(parts, current, ends.withdrawals);
    news ||= deposits + withdrawals > 0;
  }
  await repairJobs(parts);
  news = tellTerm(parts) || news;
  await ensureSettlement(parts, view, news);
  if (current !== undefined) await pollReserves(parts, current);
};

export const startPoll = (parts: PollParts, everyMs: number): Poll => {
  const { log, metrics } = parts;
  let polledAt: number | undefined;
  let provenAt: number | undefined;
  let lastError: string | undefined;

  const poll = async (): Promise<void> => {
    await pollOnce(parts);
    polledAt = Date.now();
    provenAt = monotonicNow();
    metrics.polledAt.set(polledAt / 1000);
    lastError = undefined;
  };

  const tell = (error: unknown): void => {
    const code = codeOf(error);
    const message = faultOf(error)?.message ?? (error instanceof Error ? error.message : String(error));
    metrics.pollFailures.inc({ code });
    if (`${code}: ${message}` !== lastError) log.warn({ code, error: message }, "could not poll the chains");
    if (code === "defect") log.error(error);
    lastError = `${code}: ${message}`;
  };

  return {
    ...startRepeating(poll, everyMs, tell),
    polledAt: () => polledAt,
    provenMs: () => (provenAt === undefined ? undefined : monotonicNow() - provenAt),
    lastError: () => lastError,
  };
};
