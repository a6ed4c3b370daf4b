import type { DepositOutcome } from "@pdiem/bridge/deposits";
import { formatEvidence } from "@pdiem/bridge/evidence";
import { settledDecisions } from "@pdiem/bridge/guardians/decision-chain";
import { formatItems } from "@pdiem/bridge/items";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger";
import type { SettleRequest, SignedBatch } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { Job } from "bullmq";
import type { BridgeContext } from "../bridge-context.js";
import { syncEnclave } from "../enclave/sync.js";
import { foretell } from "../evidence/foretell.js";
import type { Trial } from "../evidence/trial.js";
import type { BridgeView, InForce } from "../follow/bridge-view.js";
import { depositId, registrationId, type SettlementData, type SettlementResult, type SignedBatchData } from "./jobs.js";
import { progressOf } from "./progress.js";
import { propose } from "./propose.js";
import { Wait } from "./retry.js";

/** How long a payment is left out that no batch takes: its window may have room by then, its refusal another answer. */
const LEFT_OUT_MS = 30_000;
const blocked = new WeakMap<BridgeContext, Map<string, number>>();

const blockedOf = (context: BridgeContext): Map<string, number> => {
  const known = blocked.get(context) ?? new Map<string, number>();
  blocked.set(context, known);
  return known;
};

const reasonOf = (outcome: DepositOutcome): string | undefined =>
  outcome.type === "open" ? `room in the ${outcome.window} window` : undefined;

/** Shows why items wait, and leaves them out of the next batches for a while. */
const explainLeftOut = async (context: BridgeContext, trial: Trial): Promise<void> => {
  const { queues } = context;
  const leftOut = blockedOf(context);
  const waiting: (readonly [bigint, string])[] = [
    ...trial.outcomes.flatMap((outcome) => {
      const reason = reasonOf(outcome);
      return reason === undefined ? [] : [[outcome.number, reason] as const];
    }),
    ...trial.refusedDeposits.map(({ number, error }) => [number, `${error.code}: ${error.message}`] as const),
  ];
  for (const [number, waitingFor] of waiting) {
    leftOut.set(number.toString(), Date.now() + LEFT_OUT_MS);
    const job = await queues.deposit.getJob(depositId(number));
    if (job !== undefined) await job.updateProgress({ ...progressOf(job), waitingFor });
  }
  for (const { account, error } of trial.refusedAccounts) {
    const job = await queues.registration.getJob(registrationId(toHex(account)));
    if (job !== undefined)
      await job.updateProgress({ ...progressOf(job), waitingFor: `${error.code}: ${error.message}` });
  }
};

/** A signed batch as its job keeps it. */
export const batchData = (
  signed: SignedBatch,
  contents: Pick<SignedBatchData, "deposits" | "registrations">,
): SignedBatchData => ({
  extrinsic: signed.extrinsic.slice(2),
  hash: signed.hash.slice(2),
  birth: signed.birth.number,
  period: signed.period,
  anchor: signed.anchor.slice(2),
  ...contents,
});

/** The next batch, signed; undefined when nothing waits. @throws Wait until one is due */
export const signSettlement = async (
  context: BridgeContext,
  view: BridgeView,
  inForce: InForce,
  job: Job<SettlementData, SettlementResult>,
): Promise<SignedBatchData | undefined> => {
  const { clients, log } = context;
  const proposed = await propose(context, view, inForce, blockedOf(context));
  if (proposed === undefined) return undefined;
  const { proposal, due } = proposed;
  const mayBeHalfFull = due.failures === 0 && 2 * proposal.payments.length >= due.full;
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
    profile: bridge.profile.name,
    evidence: formatEvidence(batch.evidence),
    items: formatItems(batch.items),
  };
  const signed = await clients.enclave.settle(request);
  if (signed.anchor !== `0x${toHex(batch.settlement.anchor)}`)
    log.error({ job: job.id, foretold: toHex(batch.settlement.anchor), signed: signed.anchor }, "another batch signed");
  return batchData(signed, {
    deposits: batch.items.deposits.map(({ number }) => number.toString()),
    registrations: batch.items.registrations.length,
  });
};
