/**
 * What enclaves have signed: nobody can change it, and nobody has to submit it at once, or ever.
 */

import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import type { Payment } from "@pdiem/bridge/payout/payout";
import type { Batch, Settlement } from "@pdiem/bridge/settlement/batch";
import type { ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import type { DiemState } from "../chains/diem.js";
import type { ParachainState } from "../chains/parachain.js";
import type { Known } from "./known.js";

/** What a signature rests on. */
export interface Basis {
  readonly known: Known;
  readonly diem: DiemState;
  readonly parachain: ParachainState;
}

interface Extrinsic {
  /** What the signature binds the batch to. */
  readonly content: ExtrinsicContent;
}

export interface SignedSettlement extends Extrinsic {
  readonly type: "settlement";
  readonly batch: Settlement;
  readonly basis: Basis;
}

export interface SignedDecisionBatch extends Extrinsic {
  readonly type: "decision";
  readonly batch: Batch;
  readonly basis: Omit<Basis, "diem">;
  readonly decision: SignedDecision;
}

export interface SignedGenesis extends Extrinsic {
  readonly type: "genesis";
  readonly batch: Batch;
}

export type SignedBatch = SignedSettlement | SignedDecisionBatch | SignedGenesis;

export interface SignedPayment extends Payment {
  readonly basis: Basis;
}
