import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import { reasonOf } from "../../error.js";
import type { Metrics } from "../../metrics.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { Follower } from "../../sync/bridge/follower.js";
import { transfersIn } from "../../sync/transfers/transfer-id.js";
import { type SettlementData, type SettlementResult, type SignedBatchData, settlementId } from "../jobs.js";
import { Wait } from "../retry.js";
import type { Bisection } from "./bisection.js";
import { explainFailure } from "./explain-failure.js";
import { anchorOf, GENESIS, standsIn } from "./ledger-order.js";
import { type SettlementParts, signSettlement } from "./sign-settlement.js";
import { type SubmitParts, submitBatch } from "./submit-batch.js";
import { hasEnded, isUnderWay } from "./under-way.js";

/** Has batches signed that aren't settlements. */
export interface OtherBatches {
  readonly genesis: () => Promise<SignedBatchData>;
  /** Chooses a decision; undefined where no decision is wanted, or none can be taken. */
  readonly decision: (view: BridgeView, current: CurrentLedger) => Promise<SignedBatchData | undefined>;
  readonly isDecisionWanted: (view: BridgeView, current: CurrentLedger) => Promise<boolean>;
}

/** What signing and submitting batches takes. */
export type BatchParts = SettlementParts &
  SubmitParts & {
    readonly otherBatches: OtherBatches;
    readonly follower: Pick<Follower, "view">;
    readonly bisection: Bisection;
    /** Has both chains polled now. */
    readonly pollSoon: () => void;
    readonly metrics: Pick<Metrics, "batches">;
  };

type SettlementJob = Pick<Job<SettlementData, SettlementResult>, "data" | "updateData" | "updateProgress">;

const NEXT_POLL_MS = 6_000;
const REFUSED_MS = 3_000;
/** Whichever relayer has seen that ledger may take the job up: it is the one that gave it. */
const BEHIND_MS = 250;
const IDLE_MS = 60_000;
const SMALLER_MS = 100;

/** Names the batch that would come next: its job's id and what that begins with. */
export const nextSettlement = (view: BridgeView): { readonly id: string; readonly data: SettlementData } => {
  const data = { anchor: anchorOf(view), nonce: view.issuer?.nonce ?? 0 };
  return { id: settlementId(data.anchor, data.nonce), data };
};

/** Whether that batch took effect: its ledger stands in the history. */
const isApplied = (view: BridgeView, batch: SignedBatchData | undefined): boolean =>
  batch !== undefined &&
  view.current?.history.batches.findLast(({ anchor }) => toHex(anchor) === batch.anchor) !== undefined;

/** The block that a batch which took effect stands in. */
const blockOf = ({ current }: BridgeView, batch: SignedBatchData | undefined): number | undefined =>
  batch === undefined ? undefined : current?.records.get(batch.anchor)?.block;
/** Counts what a batch holds that could be left to a later one. */
const itemsOf = ({ deposits, withdrawals, others, registrations }: SignedBatchData): number =>
  deposits.length + withdrawals.length + (others?.length ?? 0) + registrations;

/** Remembers who was in a batch that was included and reverted. */
const failed = async (parts: BatchParts, view: BridgeView, batch: SignedBatchData | undefined): Promise<never> => {
  const { bisection, metrics, submitter, log } = parts;
  metrics.batches.inc({ outcome: "failed" });
  if (batch !== undefined) {
    submitter.judge(batch.hash, view.block.number);
    await bisection.countFailure([...batch.deposits, ...batch.withdrawals, ...(batch.others ?? [])]);
    for (const transfer of transfersIn(batch))
      log.warn({ transfer, batch: batch.hash }, "the transfer's batch reverted: a later one takes it");
    void explainFailure(parts, view, batch);
  }
  throw new PdiemError(
    "batch/failed",
    "the batch was included and reverted, and changed nothing. Nothing to do: the next one rests on fresh facts, and leaves out in turn what may be at fault",
    "never",
  );
};

/**
 * Nothing that goes wrong here is for good while this ledger is in force: other facts give another
 * answer.
 */
const again = (error: unknown): unknown =>
  isPdiemError(error) && error.retry === "never" && error.code !== "batch/failed"
    ? new PdiemError(error.code, error.message, "backoff", { cause: error })
    : error;

/**
 * Replaces the ledger of one anchor with the next. It sees where things stand, does the one thing
 * that is due, and is run again later. Killed at any point, run twice or by two relayers at once,
 * it ends in the same chain state.
 */
export const processSettlement = (parts: BatchParts) => {
  const { follower, otherBatches, metrics, log } = parts;

  const sign = async (view: BridgeView, current: CurrentLedger | undefined): Promise<SignedBatchData | undefined> =>
    current === undefined
      ? otherBatches.genesis()
      : ((await otherBatches.decision(view, current)) ?? (await signSettlement(parts, view, current)));

  /** Decisions don't wait for a batch that may never be included. */
  const isOvertaken = async ({ isDecision }: SignedBatchData, view: BridgeView): Promise<boolean> =>
    isDecision !== true && view.current !== undefined && otherBatches.isDecisionWanted(view, view.current);

  const submit = async (job: SettlementJob, view: BridgeView, batch: SignedBatchData): Promise<never> => {
    parts.writes.begin("batch", batch.hash);
    const handed = await parts.tracing.step("submit batch", transfersIn(batch), () =>
      submitBatch(parts, view, job.data, batch),
    );
    parts.writes.explain("batch", handed.type === "taken" ? undefined : handed.reason);
    if (handed.type === "taken") throw new Wait(NEXT_POLL_MS, "its inclusion in a finalized block");
    const isSmaller = handed.type === "tooLarge" && parts.batchSize.halve(itemsOf(batch));
    const { anchor, nonce } = job.data;
    if (isSmaller || (handed.type === "refused" && handed.isBanned)) await job.updateData({ anchor, nonce });
    throw isSmaller
      ? new Wait(SMALLER_MS, "a smaller batch")
      : new Wait(REFUSED_MS, `a node to take it: ${handed.reason}`);
  };

  const settle = async (job: SettlementJob): Promise<SettlementResult> => {
    const view = follower.view();
    if (view === undefined) throw new Wait(1_000, "a first poll of the chains");
    const { anchor, nonce, batch } = job.data;
    const stands = standsIn(view, job.data);
    // To end such a job would be for good: no other has its id while its ledger is in force.
    if (stands === "ahead") {
      parts.pollSoon();
      throw new Wait(BEHIND_MS, "this relayer's nodes to come to the ledger that it replaces");
    }
    if (anchorOf(view) !== anchor) {
      parts.writes.end("batch");
      const outcome = isApplied(view, batch) ? "applied" : "overtaken";
      // Deposits and withdrawals are forgiven as the journal tells of them.
      if (outcome === "applied") {
        parts.batchSize.grow();
        await parts.bisection.forget(batch?.others ?? []);
      }
      metrics.batches.inc({ outcome });
      const block = outcome === "applied" ? blockOf(view, batch) : undefined;
      if (batch !== undefined && block !== undefined) parts.submitter.judge(batch.hash, block);
      return { outcome, deposits: batch?.deposits.length ?? 0 };
    }
    if (stands === "past") {
      parts.writes.end("batch");
      return failed(parts, view, batch);
    }
    if (batch !== undefined && isUnderWay(view, batch) && !(await isOvertaken(batch, view)))
      return submit(job, view, batch);
    // No block took it: it may have been too large for any. That counts once, however often
    // signing the next one fails.
    if (batch !== undefined && hasEnded(view, batch)) {
      parts.batchSize.halve(itemsOf(batch));
      await job.updateData({ anchor, nonce });
    }
    const signed = await sign(view, view.current);
    if (signed === undefined) {
      parts.writes.end("batch");
      throw new Wait(IDLE_MS, "something to settle");
    }
    await job.updateData({ anchor, nonce, batch: signed });
    const { extrinsic: _, deposits, withdrawals, hash, ...rest } = signed;
    const counts = { ...rest, deposits: deposits.length, withdrawals: withdrawals.length };
    await job.updateProgress(counts);
    log.info({ batch: hash, ...counts }, "batch signed");
    for (const transfer of transfersIn(signed)) log.info({ transfer, batch: hash }, "transfer in a signed batch");
    return submit(job, view, signed);
  };

  return async (job: SettlementJob): Promise<SettlementResult> => {
    try {
      return await settle(job);
    } catch (error) {
      if (job.data.anchor === GENESIS && isPdiemError(error)) await job.updateProgress({ waitingFor: reasonOf(error) });
      throw again(error);
    }
  };
};
