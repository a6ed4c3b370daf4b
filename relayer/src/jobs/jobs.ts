/**
 * What the queues hold. Nothing here is needed to go on: all of it can be made again from the
 * chains.
 */
import { type JobsOptions, Queue, type Telemetry } from "bullmq";
import type { Redis } from "ioredis";

/**
 * Where a transfer is on its way, in this order. `settled`: a batch with it stands in a block; a
 * withdrawal is then burned and owed on Diem. `finalized`: it has ended, by proof.
 */
export const STAGES = ["seen", "proven", "settled", "finalized"] as const;
export type Stage = (typeof STAGES)[number];

/** When a transfer that has ended went through it, by the chains' clocks, ms since 1970. */
export interface ToldTimes {
  readonly seen?: number;
  readonly settled: number;
  readonly finalized: number;
}

/**
 * One payment to custody. Amounts and numbers are decimal strings; addresses and hashes hex
 * without prefix.
 */
export interface DepositData {
  /** In custody's received-payment events. */
  readonly number: string;
  readonly version: string;
  readonly currency: string;
  readonly amount: string;
  readonly sender: string;
  readonly metadata: string;
  /** Only of one that had ended when its job was made. */
  readonly times?: ToldTimes;
}

/** When each stage was reached, ms since 1970, and what came of it. */
export interface TransferProgress {
  readonly stage: Stage;
  readonly at: { readonly [S in Stage]?: number };
  /** Hash of the extrinsic that settles it. */
  readonly batch?: string;
  /** What it waits for, for people. */
  readonly waitingFor?: string;
}

/** Wrapped asset on a withdrawal account, up to its next burn. Bytes are hex without prefix. */
export interface WithdrawalData {
  readonly account: string;
  readonly currency: string;
  /** Amount first seen. */
  readonly amount: string;
  readonly payee: string;
  readonly subaddress?: string;
  readonly refundAccount: string;
  /** Only of one that had ended when its job was made. */
  readonly times?: ToldTimes;
}

/**
 * How a withdrawal ended: `paid` on Diem at a version, or `given-back` on the parachain, perhaps
 * after its payment aborted.
 */
export interface WithdrawalResult {
  readonly outcome: "paid" | "given-back";
  readonly batch: string;
  readonly version?: string;
}

/** How a deposit ended: `minted`, `refunded`, `kept`, or `returned` for a payout that came back. */
export interface DepositResult {
  readonly outcome: string;
  readonly ledgerBlock: number;
  readonly batch: string;
}

/** One account to be registered, hex of its 32 bytes. */
export interface RegistrationData {
  readonly account: string;
}

export interface RegistrationResult {
  readonly index: number;
}

/** One batch: that which replaces the ledger of `anchor` with the issuer's `nonce`. */
export interface SettlementData {
  readonly anchor: string;
  readonly nonce: number;
  /** The batch last signed for it. */
  readonly batch?: SignedBatchData;
}

/** What a batch holds, by name: what is told of it, and what is looked into if it fails. */
export interface BatchContents {
  /** Numbers of deposits that end in it. */
  readonly deposits: readonly string[];
  /** Ids of the transfers. */
  readonly withdrawals: readonly string[];
  readonly registrations: number;
  /** Names of what else makes a call that may fail: aborted releases, thaws, changes of roles. */
  readonly others?: readonly string[];
  /** How many releases it folds. */
  readonly fold?: number;
  /** Codes of the currencies whose fees it mints. */
  readonly feeClaims?: readonly string[];
  /** True for one that takes a decision, and nothing else. */
  readonly isDecision?: boolean;
}

export interface SignedBatchData extends BatchContents {
  readonly extrinsic: string;
  readonly hash: string;
  readonly birth: number;
  readonly period: number;
  /** Spec version that it is signed for; undefined in jobs of older relayers. */
  readonly specVersion?: number;
  readonly anchor: string;
}

export interface SettlementResult {
  readonly outcome: "applied" | "overtaken" | "nothing";
  readonly deposits: number;
}

/** Payments of custody, from the release on whose sequence number comes next. */
export interface PayoutData {
  /** Its index. */
  readonly from: string;
}

/** How far the payments are, as the relayer that makes them sees it. */
export interface PayoutProgress {
  /** Releases whose payments are signed and not seen used yet: `from` to before `to`. */
  readonly from: string;
  readonly to: string;
  /** When the last of these payments expires, seconds since 1970. */
  readonly expires?: number;
  /** Why no payment can be made, or none is taken, for people. */
  readonly waitingFor?: string;
}

export interface PayoutResult {
  /** How many sequence numbers were used meanwhile. */
  readonly used: number;
}

export interface Queues {
  readonly deposit: Queue<DepositData, DepositResult>;
  readonly withdrawal: Queue<WithdrawalData, WithdrawalResult>;
  readonly payout: Queue<PayoutData, PayoutResult>;
  readonly registration: Queue<RegistrationData, RegistrationResult>;
  readonly settlement: Queue<SettlementData, SettlementResult>;
}

/** Names the job that pays from a release on. */
export const payoutId = (index: bigint): string => `payout-${index}`;
export const settlementId = (anchor: string, nonce: number): string => `settlement-${nonce}-${anchor.slice(0, 16)}`;

/** How many that are done, or failed for good, Redis keeps of each queue. */
export const KEPT_JOBS = 20_000;

const options: JobsOptions = {
  // Only a passing fault counts as an attempt, and such is tried for as long as it lasts.
  attempts: Number.MAX_SAFE_INTEGER,
  backoff: { type: "custom" },
  // A fault that lasts for days would fill Redis otherwise: each attempt leaves one.
  stackTraceLimit: 3,
  removeOnComplete: { count: KEPT_JOBS },
  removeOnFail: { count: KEPT_JOBS },
};

/**
 * @param prefix of all keys, one for each bridge
 * @param telemetry told of transfers' jobs as they are made
 * @param kept how many transfers' jobs that are done stay, where that is fewer than others'
 */
export const openQueues = (
  connection: Redis,
  prefix: string,
  telemetry?: Telemetry,
  kept: number = KEPT_JOBS,
): Queues => {
  const common = { connection, prefix, defaultJobOptions: options };
  const defaultJobOptions = { ...options, removeOnComplete: { count: Math.min(kept, KEPT_JOBS) } };
  const traced = { ...common, defaultJobOptions, ...(telemetry === undefined ? {} : { telemetry }) };
  return {
    deposit: new Queue<DepositData, DepositResult>("deposit", traced),
    withdrawal: new Queue<WithdrawalData, WithdrawalResult>("withdrawal", traced),
    payout: new Queue<PayoutData, PayoutResult>("payout", common),
    registration: new Queue<RegistrationData, RegistrationResult>("registration", common),
    settlement: new Queue<SettlementData, SettlementResult>("settlement", common),
  };
};

/** Why a job that is due is made anew: its hash alone would keep it from being added. */
type Displaced = "nowhere" | "ended";

const ENDED_LONG_AGO_MS = 30_000;

/** Tells whether a job in that state does nothing any more. */
export const isWorkedOff = (state: string): boolean => state === "completed" || state === "failed";

const displacement = async (queue: Queue, id: string, now: number): Promise<Displaced | undefined> => {
  const state = await queue.getJobState(id);
  if (state === "unknown") return (await queue.getJob(id)) === undefined ? undefined : "nowhere";
  if (!isWorkedOff(state)) return undefined;
  // Relayers that share queues don't see the same block: one may have ended it a moment ago.
  const { finishedOn = now } = (await queue.getJob(id)) ?? {};
  return now - finishedOn > ENDED_LONG_AGO_MS ? "ended" : undefined;
};

/**
 * Makes a job that is due, as the chains say. One whose hash is there and that stands in no list,
 * or ended too early, is made anew. Redis is no authority.
 * @returns why it was made anew; undefined where it was new, or is where it should be
 */
export const ensureJob = async <D, R>(
  queue: Queue<D, R>,
  id: string,
  data: D,
  now: number = Date.now(),
): Promise<Displaced | undefined> => {
  const name = queue.name as Parameters<typeof queue.add>[0];
  const given = data as Parameters<typeof queue.add>[1];
  await queue.add(name, given, { jobId: id });
  const displaced = await displacement(queue, id, now);
  if (displaced === undefined) return undefined;
  // Somebody still runs one that is locked: it is looked at again.
  if ((await queue.remove(id)) === 0) return undefined;
  await queue.add(name, given, { jobId: id });
  return displaced;
};

/**
 * Makes a job anew whose hash stands in no list; leaves any other alone, and one that isn't there.
 * @returns whether it did
 */
export const repairJob = async <D, R>(queue: Queue<D, R>, id: string): Promise<boolean> => {
  const job = await queue.getJob(id);
  if (job === undefined || (await queue.getJobState(id)) !== "unknown") return false;
  return (await ensureJob(queue, id, job.data as D)) !== undefined;
};

const AT_ONCE = 100;

/** Does something for each of many jobs, some at once: one by one, a batch would wait for it. */
export const forEachJob = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < all.length; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map(work));
};

/** Lets a job that waits go on at once. One that isn't there, or doesn't wait, needs no waking. */
export const wakeJob = async (queue: Pick<Queue, "getJob">, id: string): Promise<void> => {
  const job = await queue.getJob(id);
  if (job === undefined || !(await job.isDelayed())) return;
  try {
    await job.promote();
  } catch {
    // It went on by itself in between.
  }
};
