import { formatProfile } from "@pdiem/bridge-client/json/chain-profile-json";
import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { formatItems } from "@pdiem/bridge/settlement/items";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import type { SettleRequest, SignedBatch } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import { syncEnclave } from "../sync/enclave/enclave-sync.js";
import { foretell } from "../simulate/simulate-batch.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { isTooLarge } from "./batch-size.js";
import type { SettlementData, SettlementResult, SignedBatchData } from "./jobs.js";
import { explainLeftOut } from "./left-out.js";
import { propose } from "./propose.js";
import { Wait } from "./retry.js";

/** A signed batch as its job keeps it. */
export const batchData = (
  signed: SignedBatch,
  contents: Pick<SignedBatchData, "deposits" | "withdrawals" | "registrations" | "feeClaims" | "decisions">,
): SignedBatchData => ({
  extrinsic: signed.extrinsic.slice(2),
  hash: signed.hash.slice(2),
  birth: signed.birth.number,
  period: signed.period,
  anchor: signed.anchor.slice(2),
  ...contents,
});

const SMALLER_MS = 100;

/** @throws Wait for a smaller batch where this one's request was too large */
const askToSettle = async (
  { clients, batchSize, log }: BridgeContext,
  request: SettleRequest,
): Promise<SignedBatch> => {
  try {
    const signed = await clients.enclave.settle(request);
    batchSize.grow();
    return signed;
  } catch (error) {
    if (!isTooLarge(error) || !batchSize.halve()) throw error;
    log.warn({ most: batchSize.most(), error: String(error) }, "the request was too large: a smaller batch");
    throw new Wait(SMALLER_MS, "a smaller batch");
  }
};

/** The next batch, signed; undefined when nothing waits. @throws Wait until one is due */
export const signSettlement = async (
  context: BridgeContext,
  view: BridgeView,
  current: CurrentLedger,
  job: Job<SettlementData, SettlementResult>,
): Promise<SignedBatchData | undefined> => {
  const { clients, log, withdrawalEnds } = context;
  const proposed = await propose(context, view, current);
  if (proposed === undefined) return undefined;
  const { proposal, due, calls } = proposed;
  const mayBeHalfFull = due.failures === 0 && 2 * calls >= due.full;
  if (view.time < due.earliest && !mayBeHalfFull)
    throw new Wait(Math.min(60_000, Number(due.earliest - view.time)), "the interval between batches");
  await syncEnclave(clients);
  const { trial, batch } = await foretell(clients, proposal);
  await explainLeftOut(context, trial);
  if (batch === undefined) return undefined;
  const { bridge } = proposal;
  const request: SettleRequest = {
    ledger: `0x${toHex(encode(ledgerCodec, bridge.ledger))}`,
    decisions: `0x${toHex(encode(settledDecisions, bridge.decisions))}`,
    profile: formatProfile(bridge.profile),
    evidence: formatEvidence(batch.evidence),
    items: formatItems(batch.items),
  };
  const signed = await askToSettle(context, request);
  if (signed.anchor !== `0x${toHex(batch.settlement.anchor)}`)
    log.error({ job: job.id, foretold: toHex(batch.settlement.anchor), signed: signed.anchor }, "another batch signed");
  return batchData(signed, {
    deposits: batch.items.deposits.map(({ number }) => number.toString()),
    withdrawals: batch.settlement.withdrawals.map(({ account, currency }) => withdrawalEnds.nextId(account, currency)),
    registrations: batch.items.registrations.length,
    feeClaims: batch.items.feeClaims,
  });
};
