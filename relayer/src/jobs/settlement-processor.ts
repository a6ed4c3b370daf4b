import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type SettlementData, type SettlementResult, type SignedBatchData, settlementId } from "./jobs.js";
import { wantedDecisions } from "./ready-decisions.js";
import { reasonOf, Wait } from "./retry.js";
import { signDecisions } from "./sign-decisions.js";
import { signGenesis } from "./sign-genesis.js";
import { signSettlement } from "./sign-settlement.js";
import { submitBatch } from "./submit-batch.js";

/** The anchor of a job that makes the first ledger. */
export const GENESIS = "genesis";

const NEXT_LOOK_MS = 12_000;
const IDLE_MS = 60_000;

const anchorOf = (view: BridgeView): string => (view.current === undefined ? GENESIS : toHex(view.current.anchor));

/** The batch that would come next: its job's id and what that begins with. */
export const nextSettlement = (view: BridgeView): { readonly id: string; readonly data: SettlementData } => {
  const data = { anchor: anchorOf(view), nonce: view.issuer?.nonce ?? 0 };
  return { id: settlementId(data.anchor, data.nonce), data };
};

const replacedBy = (view: BridgeView, anchor: string): string | undefined => {
  const entries = view.current?.history.batches ?? [];
  const next = entries.find(({ from }) => (from === undefined ? GENESIS : toHex(from)) === anchor);
  return next === undefined ? undefined : toHex(next.anchor);
};

/** A batch that was included and reverted: who was in it is remembered. */
const failed = async ({ suspects, metrics }: BridgeContext, batch: SignedBatchData | undefined): Promise<never> => {
  metrics.batches.inc({ outcome: "failed" });
  if (batch !== undefined) await suspects.blame([...batch.deposits, ...batch.withdrawals]);
  throw new PdiemError(
    "batch/failed",
    "the batch was included and reverted, and changed nothing. Nothing to do: the next one rests on fresh facts, and leaves out in turn what may be at fault",
    "never",
  );
};

/** Nothing that goes wrong here is for good while this ledger is in force: other facts give another answer. */
const again = (error: unknown): unknown =>
  isPdiemError(error) && error.retry === "never" && error.code !== "batch/failed"
    ? new PdiemError(error.code, error.message, "backoff", { cause: error })
    : error;

/**
 * Replaces the ledger of one anchor with the next. It looks where things stand, does the one thing that is due, and looks
 * again later: killed at any point, run twice or by two relayers at once, it ends in the same chain state.
 */
export const processSettlement = (context: BridgeContext) => {
  const { follower, metrics, log } = context;

  const signNext = async (view: BridgeView, current: CurrentLedger, job: Job<SettlementData, SettlementResult>) =>
    (await signDecisions(context, view, current)) ?? (await signSettlement(context, view, current, job));

  /** Decisions don't wait for a batch that may never be included. */
  const isOvertaken = async ({ decisions }: SignedBatchData, view: BridgeView): Promise<boolean> =>
    decisions === undefined &&
    view.current !== undefined &&
    (await wantedDecisions(context, view, view.current)) !== "";

  const sign = (view: BridgeView, job: Job<SettlementData, SettlementResult>) =>
    view.current === undefined ? signGenesis(context) : signNext(view, view.current, job);

  const settle = async (job: Job<SettlementData, SettlementResult>): Promise<SettlementResult> => {
    const view = follower.view();
    if (view === undefined) throw new Wait(1_000, "a first look at the chains");
    const { anchor, nonce, batch } = job.data;
    if (anchorOf(view) !== anchor) {
      const ours = batch !== undefined && replacedBy(view, anchor) === batch.anchor;
      metrics.batches.inc({ outcome: ours ? "applied" : "overtaken" });
      return { outcome: ours ? "applied" : "overtaken", deposits: batch?.deposits.length ?? 0 };
    }
    if ((view.issuer?.nonce ?? 0) > nonce) return failed(context, batch);
    const isUnderWay = batch !== undefined && view.block.number < batch.birth + batch.period;
    if (isUnderWay && !(await isOvertaken(batch, view))) {
      await submitBatch(context, batch);
      throw new Wait(NEXT_LOOK_MS, "its inclusion in a finalized block");
    }
    const signed = await sign(view, job);
    if (signed === undefined) throw new Wait(IDLE_MS, "something to settle");
    await job.updateData({ ...job.data, batch: signed });
    await job.updateProgress({
      deposits: signed.deposits.length,
      withdrawals: signed.withdrawals.length,
      registrations: signed.registrations,
      birth: signed.birth,
    });
    log.info(
      {
        batch: signed.hash,
        deposits: signed.deposits.length,
        withdrawals: signed.withdrawals.length,
        registrations: signed.registrations,
        feeClaims: signed.feeClaims,
        decisions: signed.decisions,
      },
      "batch signed",
    );
    await submitBatch(context, signed);
    throw new Wait(NEXT_LOOK_MS, "its inclusion in a finalized block");
  };

  return async (job: Job<SettlementData, SettlementResult>): Promise<SettlementResult> => {
    try {
      return await settle(job);
    } catch (error) {
      if (job.data.anchor === GENESIS && isPdiemError(error)) await job.updateProgress({ waitingFor: reasonOf(error) });
      throw again(error);
    }
  };
};
