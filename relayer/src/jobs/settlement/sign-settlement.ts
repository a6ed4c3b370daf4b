import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { monotonicNow } from "../../clock.js";
import type { Asked, BatchAnswer, SimulatedBatch } from "../../signing/signers.js";
import { batchEncoding } from "../../simulate/batch-encoding.js";
import { countOf, type FittingBatch } from "../../simulate/fit-batch.js";
import { type Proposal, simulateBatch } from "../../simulate/simulate-batch.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { SigningClients } from "../../sync/clients.js";
import { transfersIn } from "../../sync/transfers/transfer-id.js";
import type { Tracing } from "../../tracing/tracing.js";
import type { BatchContents, SignedBatchData } from "../jobs.js";
import { Wait } from "../retry.js";
import { type BatchSize, isTooLarge } from "./batch-size.js";
import { teamName, thawName, waitingName } from "./item-name.js";
import { explainLeftOut, type LeftOutParts } from "./left-out.js";
import { expectOwnPayments } from "./own-payments.js";
import { type ProposalSources, propose } from "./propose.js";

export type SettlementParts = ProposalSources &
  LeftOutParts & {
    readonly clients: SigningClients;
    readonly batchSize: BatchSize;
    readonly memory: SettlementMemory;
    readonly tracing: Pick<Tracing, "step" | "record">;
    readonly log: Logger;
  };

/** What the last attempts have shown. Losing it costs a few needless ones. */
export interface SettlementMemory {
  /** What was proposed last and wasn't worth a batch, and when, by `monotonicNow`. */
  idle?: { readonly outline: string; readonly at: number };
  /**
   * Hex of the anchor of a ledger whose next batch seemed half full before its time, and wasn't.
   */
  notHalfFull?: string;
  /**
   * Until when nothing new is proposed, as the enclave's code isn't in force any more: it takes up
   * nothing.
   */
  retiredUntil?: number;
}

/**
 * Makes what a job keeps of a signed batch.
 * @param specVersion in force at the block that it rests on
 */
export const batchData = (signed: BatchAnswer, specVersion: number, contents: BatchContents): SignedBatchData => ({
  extrinsic: toHex(signed.extrinsic),
  hash: toHex(signed.hash),
  birth: signed.birth.number,
  period: signed.period,
  specVersion,
  anchor: toHex(signed.anchor),
  ...contents,
});

const SMALLER_MS = 100;
/** What wasn't worth a batch may be by then, though nothing was added to it. */
const IDLE_MS = 10_000;
const RETIRED_MS = 60_000;

/** Has it signed. @throws Wait for a smaller batch where this one's request was too large */
const askToSettle = async (
  { clients, batchSize, memory, log }: SettlementParts,
  request: Asked<"settle">,
  simulated: SimulatedBatch,
): Promise<BatchAnswer> => {
  try {
    return await clients.signers.settle(request, simulated);
  } catch (error) {
    if (isPdiemError(error) && error.code === "refused/measurement-retired") {
      memory.retiredUntil = monotonicNow() + RETIRED_MS;
      throw new Wait(SMALLER_MS, "a batch that takes up nothing new");
    }
    if (!isTooLarge(error) || !batchSize.halve(countOf(request.items))) throw error;
    log.warn({ most: batchSize.most(), error: String(error) }, "the request was too large: a smaller batch");
    throw new Wait(SMALLER_MS, "a smaller batch");
  }
};

const contentsOf = (
  { withdrawalEnds }: Pick<SettlementParts, "withdrawalEnds">,
  proposal: Proposal,
  { items, settlement }: FittingBatch,
): BatchContents => {
  const { calls, waiting, deposits, withdrawals } = settlement;
  const waited = waiting.flatMap((one) => (one.type === "deposit" && one.result.type !== "waits" ? [one.result] : []));
  const ended = [...waited, ...deposits.filter(({ type }) => type !== "waits")];
  const releases = waiting.flatMap((one) =>
    one.type === "release" && one.result.type !== "waits"
      ? [waitingName({ type: "release", value: one.result.index })]
      : [],
  );
  const teams = calls.flatMap((call) => {
    const code = call.type === "setTeam" ? currencyOf(proposal.bridge, call.asset) : undefined;
    return code === undefined ? [] : [teamName(code)];
  });
  return {
    deposits: ended.map(({ number }) => number.toString()),
    withdrawals: withdrawals.flatMap(({ type, account, currency }) =>
      type === "waits" ? [] : [withdrawalEnds.nextId(account, currency)],
    ),
    registrations: items.registrations.length,
    feeClaims: items.feeClaims,
    fold: items.fold,
    others: [...releases, ...teams, ...items.thaws.map(thawName)],
  };
};

const currencyOf = ({ config }: BridgeState, asset: number): string | undefined =>
  config.currencies.find(({ assetId }) => assetId === asset)?.code;

/** What a proposal is told from another by, as far as it may be worth a batch. */
const outlineOf = ({ anchor, waiting, admissions, withdrawals, ...other }: Proposal): string =>
  [
    toHex(anchor),
    waiting.map(({ index }) => index).join(),
    admissions.map((one) => (one.type === "settle" ? one.payment.number : `-${one.count}`)).join(),
    withdrawals.map(({ account, currency, balance }) => `${toHex(account)}${currency}${balance}`).join(),
    other.registrations.map(toHex).join(),
    other.feeClaims.join(),
    other.fold,
    other.thaws.length,
  ].join("/");

/** Signs the next batch; undefined when nothing is worth one. @throws Wait until one is due */
export const signSettlement = async (
  parts: SettlementParts,
  view: BridgeView,
  current: CurrentLedger,
): Promise<SignedBatchData | undefined> => {
  const { clients, memory, tracing, log } = parts;
  const room = view.specVersion === undefined ? undefined : await clients.room.roomOn(view.specVersion);
  if (room === undefined) log.debug("no node tells what a block has room for: the configuration's bounds hold");
  const proposed = await propose(parts, view, current, room?.mints);
  if (proposed === undefined) return undefined;
  const { earliest, mayBeHalfFull } = proposed;
  const isRetired = monotonicNow() < (memory.retiredUntil ?? 0);
  const proposal = isRetired ? { ...proposed.proposal, admissions: [], registrations: [] } : proposed.proposal;
  const anchor = toHex(current.anchor);
  if (view.time < earliest && !(mayBeHalfFull && memory.notHalfFull !== anchor))
    throw new Wait(Math.min(60_000, Number(earliest - view.time)), "the interval between batches");
  const outline = outlineOf(proposal);
  if (memory.idle?.outline === outline && monotonicNow() - memory.idle.at < IDLE_MS) return undefined;
  const began = Date.now();
  await clients.signers.follow();
  const { simulated, batch } = await simulateBatch(clients, proposal, room?.fits).catch((error: unknown) => {
    if (isPdiemError(error) && error.code === "refused/too-early") memory.notHalfFull = anchor;
    throw error;
  });
  await explainLeftOut(parts, simulated);
  expectOwnPayments(simulated);
  if (batch === undefined) {
    memory.idle = { outline, at: monotonicNow() };
    return undefined;
  }
  const { bridge } = proposal;
  const encoding = await batchEncoding(clients, batch.specVersion);
  const contents = contentsOf(parts, proposal, batch);
  const transfers = transfersIn(contents);
  tracing.record("prove batch", transfers, began);
  const { ledger, governance } = bridge;
  const { proofs, items, facts, settlement } = batch;
  const signed = await tracing.step("enclave settle", transfers, () =>
    askToSettle(parts, { ledger, governance, encoding, proofs, items }, { facts, batch: settlement }),
  );
  const [expected, got] = [toHex(batch.settlement.anchor), toHex(signed.anchor)];
  if (expected !== got) log.error({ expected, signed: got }, "another batch signed than simulated");
  return batchData(signed, batch.specVersion, contents);
};
