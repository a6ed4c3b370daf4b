import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAccountInfo } from "@pdiem/light-client/polkadot/trie/storage-value";
import type { Job } from "bullmq";
import type { Logger } from "pino";
import type { HandOver, Submitter } from "../../chains/parachain/submitter.js";
import { bestStorageOf } from "../../chains/parachain/substrate-node.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { Clients } from "../../sync/clients.js";
import { depositId } from "../../sync/transfers/transfer-id.js";
import { forEachJob, type Queues, type SettlementData, type SignedBatchData } from "../jobs.js";
import { progressOf, reach } from "../progress.js";
import type { WriteWatch } from "../write-watch.js";

export interface SubmitParts {
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  readonly clients: Pick<Clients, "parachain">;
  readonly submitter: Pick<Submitter, "handOver" | "judge">;
  readonly queues: Pick<Queues, "deposit" | "withdrawal">;
  readonly writes: Pick<WriteWatch, "begin" | "explain" | "end">;
  readonly log: Logger;
}

/**
 * Transfers of a batch that stands in a block are shown as settled. That they are, the finalized
 * ledger alone tells.
 */
const showSettled = async ({ queues }: SubmitParts, batch: SignedBatchData): Promise<void> => {
  const jobs: readonly (Job | undefined)[] = [
    ...(await Promise.all(batch.deposits.map((number) => queues.deposit.getJob(depositId(number))))),
    ...(await Promise.all(batch.withdrawals.map((id) => queues.withdrawal.getJob(id)))),
  ];
  await forEachJob(jobs, async (job) => {
    const progress = job === undefined ? undefined : progressOf(job);
    if (progress?.stage === "proven") await job?.updateProgress(reach(progress, "settled", batch.hash));
  });
};

/** A node's word, for people: that its best block has used the nonce. */
const showIfInBlock = async (parts: SubmitParts, { nonce }: SettlementData, batch: SignedBatchData): Promise<void> => {
  const { clients, issuer, log } = parts;
  try {
    const value = await clients.parachain.run((call) => bestStorageOf(call, systemAccount(issuer)));
    if (value === undefined || readAccountInfo(value).nonce <= nonce) return;
    log.debug({ batch: batch.hash }, "batch in block, says a node");
    await showSettled(parts, batch);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
  }
};

/**
 * Hands a batch to nodes where that is due. Doing so again is harmless, as it executes at most
 * once. Whether it did is read from proven state.
 */
export const submitBatch = async (
  parts: SubmitParts,
  view: BridgeView,
  data: SettlementData,
  batch: SignedBatchData,
): Promise<HandOver> => {
  const { submitter, log } = parts;
  const { hash } = batch;
  const handed = await submitter.handOver({ hash, extrinsic: fromHex(batch.extrinsic) }, view.block.number);
  if (handed.type !== "taken") log.warn({ batch: hash, reason: handed.reason }, "batch not taken by any node");
  else if (view.block.number >= batch.birth) await showIfInBlock(parts, data, batch);
  return handed;
};
