import { specVersionOf } from "@pdiem/bridge/facts/parachain-state";
import { decisionBatch } from "@pdiem/bridge/governance/decision-batch";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { reasonOf } from "../../error.js";
import { batchEncoding } from "../../simulate/batch-encoding.js";
import { collectBlock } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/needs.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { SigningClients } from "../../sync/clients.js";
import { neededSets } from "../../sync/misbehaviour/needed-sets.js";
import type { SignedBatchData } from "../jobs.js";
import { type DecisionSources, readyDecisions } from "./ready-decisions.js";
import { batchData } from "./sign-settlement.js";

export interface DecisionParts extends DecisionSources {
  readonly clients: SigningClients;
  readonly bridgeId: Uint8Array;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
}

/** A minute: what the enclave doesn't know now, it may come to. */
const UNKNOWN_SET_TIMES = 6;

/**
 * Evidence against Diem's validators may be of an epoch that the enclave hasn't come to yet; Diem
 * may stand still.
 */
const syncFor = async ({ signers }: SigningClients, { warrant }: SignedDecision): Promise<void> => {
  if (warrant.type !== "evidence" || warrant.value.type !== "diem") return signers.followRelay();
  try {
    await signers.follow();
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    await signers.followRelay();
  }
};

type ProvenBlock = Awaited<ReturnType<typeof collectBlock>>;

const prove = async ({ clients, issuer }: DecisionParts, { anchor }: CurrentLedger, decision: SignedDecision) => {
  await syncFor(clients, decision);
  return collectBlock(clients, batchNeeds(clients.config, issuer, anchor).storage);
};

const sign = async (
  { clients, bridgeId, issuer }: DecisionParts,
  { history }: CurrentLedger,
  { proofs, facts }: ProvenBlock,
  decision: SignedDecision,
): Promise<SignedBatchData> => {
  const { config } = clients;
  const { ledger, governance } = history;
  const known = clients.witness.sets();
  const batch = decisionBatch({ config, issuer, ledger, governance }, facts, known, decision);
  const sets = neededSets(bridgeId, known, decision);
  const specVersion = specVersionOf(facts);
  const encoding = await batchEncoding(clients, specVersion);
  const request = { ledger, governance, encoding, proofs, decision, sets };
  const signed = await clients.signers.decide(request, { facts, batch });
  return batchData(signed, specVersion, { deposits: [], withdrawals: [], registrations: 0, isDecision: true });
};

/**
 * What the decision itself is refused for, or what its evidence lacks: no word on nodes or the
 * enclave.
 */
const isRefusal = (error: unknown): error is PdiemError =>
  isPdiemError(error) && /^(?:refused|proof)\//.test(error.code) && error.code !== "refused/not-in-force";

/**
 * Signs a batch that takes a decision, also while the bridge is paused, frozen or Diem stands
 * still. It is undefined if none is wanted. What is refused holds none of the others up.
 */
export const signDecision = async (
  parts: DecisionParts,
  view: BridgeView,
  current: CurrentLedger,
): Promise<SignedBatchData | undefined> => {
  for (const ready of await readyDecisions(parts, view, current)) {
    const proven = await prove(parts, current, ready.signed);
    try {
      return await sign(parts, current, proven, ready.signed);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The enclave forgets sets in time, and may never have gone through this one.
      parts.refusedDecisions.defer(ready.id, error.code === "proof/unknown-set" ? UNKNOWN_SET_TIMES : 1);
      await parts.decisions.refuse(ready.id, reasonOf(error));
    }
  }
  return undefined;
};
