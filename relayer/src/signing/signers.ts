/** Who signs: one enclave that holds the key, or several together. Nothing else differs. */
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import type { Payment } from "@pdiem/bridge/payout/payout";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import type { RequestOf } from "@pdiem/enclave/routes";
import type { SignedBatch, SignedPayment } from "@pdiem/enclave/wire/signing";
import type { Lagging } from "../sync/light-clients/lagging.js";
import type { HolderBlame } from "./holder-record.js";

/** Verbs whose answer is a signed batch. */
export type BatchVerb = "settle" | "decide" | "genesis";

/** What is asked for, whoever signs it. */
export type Asked<R extends BatchVerb | "payout"> = Omit<RequestOf<R>, "sessions">;

/** A batch as it was simulated, and the facts that it was simulated on. */
export interface SimulatedBatch {
  readonly facts: ParachainFacts;
  readonly batch: Batch;
}

export type BatchAnswer = Omit<SignedBatch, "share" | "lightClients">;
export type PaymentAnswer = Omit<SignedPayment, "share">;

type SignBatch<R extends BatchVerb> = (request: Asked<R>, simulated: SimulatedBatch) => Promise<BatchAnswer>;

/**
 * Each verb throws EnclaveError: what is refused with the enclave's own code; `holders/too-few`
 * where fewer than it takes sign.
 */
export interface Signers {
  readonly settle: SignBatch<"settle">;
  readonly decide: SignBatch<"decide">;
  readonly genesis: SignBatch<"genesis">;
  /** @param simulated the payments that the request is for, in its order */
  readonly payout: (request: Asked<"payout">, simulated: readonly Payment[]) => Promise<readonly PaymentAnswer[]>;
  /**
   * Brings the light clients of as many as sign near to this process's own. One request does the
   * rest.
   */
  readonly follow: () => Promise<void>;
  /** Does the same for the relay chain alone: Diem may stand still. */
  readonly followRelay: () => Promise<void>;
  /** Finds where proofs must begin that all who may sign can follow. */
  readonly lagging: () => Promise<Lagging>;
  /** Lists checkpoints that the journal is to be told, which all who may sign know. */
  readonly signerChanges: () => Promise<readonly SignedCheckpoint[]>;
  /** Tells how each slot has done; empty where one enclave holds the key. */
  readonly blame: () => ReadonlyMap<number, HolderBlame>;
  readonly stop: () => Promise<void>;
}
