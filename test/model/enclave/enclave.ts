/**
 * An enclave: what it keeps, and what it signs for whoever asks. Clones and rolled-back ones differ
 * in what they keep.
 */
import { acceptCheckpoints } from "@pdiem/bridge/checkpoint/accept-checkpoints";
import { checkBlockUnderCheckpoint, checkUnderCheckpoint } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { type KeptCheckpoint, NO_CHECKPOINT } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import type { CheckpointStep } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { batchContent } from "@pdiem/bridge/custody/signing";
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import type { OwnSets } from "@pdiem/bridge/facts/own-sets";
import { decisionBatch } from "@pdiem/bridge/governance/decision-batch";
import { guardiansInForce } from "@pdiem/bridge/governance/guardians-in-force";
import { countingSets, NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import type { PaymentRequest } from "@pdiem/bridge/payout/payment-request";
import { payments } from "@pdiem/bridge/payout/payout";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import type { Items } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import type { ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import type { DiemState } from "../chains/diem.js";
import type { ParachainState } from "../chains/parachain.js";
import { config, ISSUER } from "../setting.js";
import { INITIAL_SETS, proveBlock, proveFacts } from "./light-clients.js";
import type { Basis, SignedDecisionBatch, SignedGenesis, SignedPayment, SignedSettlement } from "./signed.js";

/** What an enclave seals. */
export interface Kept {
  readonly sets: OwnSets;
  readonly checkpoints: KeptCheckpoint;
}

export const INITIAL_KEPT: Kept = { sets: INITIAL_SETS, checkpoints: NO_CHECKPOINT };

/** What a request leaves to be kept, and its answer. */
export interface Step<T> {
  readonly kept: Kept;
  /** @throws PdiemError where nothing is signed */
  readonly respond: () => T;
}

export const checkpointOf = ({ checkpoints }: Kept): Checkpoint | undefined => checkpoints.checkpoint?.checkpoint;

/** Calls are written by the pinned profile, as if it were for whichever runtime the block has. */
const contentOf = (facts: ParachainFacts, batch: Batch): ExtrinsicContent => {
  const { profile } = config.parachain;
  if (profile === undefined) throw new Error("expected a profile");
  const { specVersion } = batch;
  const parachain = { ...config.parachain, profile: { ...profile, specVersion } };
  const encoding = { transactionVersion: profile.transactionVersion ?? 0, proof: undefined };
  return batchContent({ ...config, parachain }, encoding, facts, batch).content;
};

export const signGenesis = (kept: Kept, diem: DiemState, parachain: ParachainState): SignedGenesis => {
  const proven = proveFacts(kept.sets, diem, parachain);
  checkUnderCheckpoint(config, checkpointOf(kept), proven);
  const batch = settleGenesis(config, ISSUER, proven.facts);
  return { type: "genesis", batch, content: contentOf(proven.facts.parachain, batch) };
};

export const askForSettlement = (kept: Kept, basis: Basis, items: Items): Step<SignedSettlement> => {
  const proven = proveFacts(kept.sets, basis.diem, basis.parachain);
  const respond = (): SignedSettlement => {
    checkUnderCheckpoint(config, checkpointOf(kept), proven);
    const { checkpoint, changes } = kept.checkpoints;
    const batch = settle(
      basis.known,
      proven.facts,
      items,
      checkpoint === undefined ? changes : [...changes, checkpoint],
    );
    return { type: "settlement", batch, basis, content: contentOf(proven.facts.parachain, batch) };
  };
  return { kept: { ...kept, sets: proven.own }, respond };
};

export const askForPayments = (
  kept: Kept,
  basis: Basis,
  requests: readonly PaymentRequest[],
): Step<readonly SignedPayment[]> => {
  const proven = proveFacts(kept.sets, basis.diem, basis.parachain);
  const respond = (): readonly SignedPayment[] => {
    checkUnderCheckpoint(config, checkpointOf(kept), proven);
    return payments(basis.known, proven.facts, requests).map((payment) => ({ ...payment, basis }));
  };
  return { kept: { ...kept, sets: proven.own }, respond };
};

export const askForDecision = (
  kept: Kept,
  basis: Omit<Basis, "diem">,
  decision: SignedDecision,
): Step<SignedDecisionBatch> => {
  const proven = proveBlock(kept.sets, basis.parachain);
  const respond = (): SignedDecisionBatch => {
    checkBlockUnderCheckpoint(config, checkpointOf(kept), proven);
    const sets = countingSets(proven.own, checkpointOf(kept), NO_SETS);
    const batch = decisionBatch(basis.known, proven.facts, sets, decision);
    return { type: "decision", batch, basis, decision, content: contentOf(proven.facts, batch) };
  };
  return { kept: { ...kept, sets: proven.own }, respond };
};

/** Shows checkpoints. @throws PdiemError where the last one isn't accepted */
export const showCheckpoints = (
  kept: Kept,
  { known, diem, parachain }: Basis,
  list: readonly CheckpointStep[],
): Kept => {
  const proven = proveBlock(kept.sets, parachain, diem.line);
  const guardians = guardiansInForce(config, ISSUER, known, proven.facts);
  return { sets: proven.own, checkpoints: acceptCheckpoints(config, kept.checkpoints, list, { ...proven, guardians }) };
};
