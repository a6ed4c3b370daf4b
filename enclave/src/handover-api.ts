/** What travels in a hand-over of the key: verbs of `api.ts`, types only. */
import type { HeadsStatus, Hex, Identity } from "./wire.js";

/**
 * A hand-over of the key, step by step (PROTOCOL 7); G is the enclave that has the key, R the one that is to get it:
 *
 * 1. G `handover/challenge` → what R's evidence must answer.
 * 2. R `handover/receive` → R's evidence, and what G's must answer. R must hold no key: don't activate it before. R's light
 *    clients then follow `advance` and `checkpoint` as any enclave's do.
 * 3. G `activate` with R's challenge → G's evidence. The `Transcript` is complete.
 * 4. Guardians verify both evidences, and decide the transcript's hash; its delay runs out. (Not before genesis.)
 * 5. G `handover/nonce` for the transcript; guardians sign a checkpoint that carries it: the last word, as what is released
 *    under it can't be taken back.
 * 6. G `handover/release` → the key, encrypted to R's process. Asking again is safe: nobody else can open it.
 * 7. R `handover/accept`: seals the key, and is an activated enclave from then on. G goes on as before.
 * 8. Before genesis: R `activate` with `receiptChallenge` → evidence of a holder; G `handover/receipt` keeps it.
 *
 * A restart of G or R begins a new hand-over: keys, challenges and nonces are of one process.
 */
export interface HandoverApi {
  readonly "POST /v1/handover/challenge": {
    readonly request: Record<string, never>;
    readonly response: HandoverChallenge;
  };
  readonly "POST /v1/handover/receive": { readonly request: ReceiveRequest; readonly response: ReceiveResponse };
  readonly "POST /v1/handover/nonce": { readonly request: HandoverNonceRequest; readonly response: HandoverNonce };
  readonly "POST /v1/handover/release": { readonly request: ReleaseRequest; readonly response: ReleasedKey };
  readonly "POST /v1/handover/accept": { readonly request: AcceptRequest; readonly response: AcceptResponse };
  readonly "POST /v1/handover/receipt": { readonly request: ReceiptRequest; readonly response: ReceiptResponse };
}

export interface HandoverChallenge {
  /** 32 bytes. This process knows what it has drawn for as long as it runs; ask as often as you like. */
  readonly challenge: Hex;
}

/** Makes an enclave that holds no key ready to be given one. Repeating it, also for another key or bridge, is harmless. */
export interface ReceiveRequest {
  /** As in `ActivateRequest`. Refused with `sealed/exists` where the data folder has any sealed file. */
  readonly config: unknown;
  /** The giver's public key, 32 bytes. */
  readonly custodyKey: Hex;
  /** What the giver has drawn. */
  readonly challenge: Hex;
}

/** An enclave that is ready to be given a key; while it is, `activate` is refused with `refused/receiving`. */
export interface Receiving {
  readonly bridgeId: Hex;
  /** As in `Identity`: another one than a transcript's means that the process was restarted. */
  readonly handoverKey: Hex;
  readonly heads: HeadsStatus;
}

export interface ReceiveResponse extends Receiving {
  /** As in `ActivateResponse`. */
  readonly tee: string;
  /** SHA-256("pdiem/handover/v1" ‖ bridgeId ‖ custodyKey ‖ handoverKey ‖ challenge), of what was asked; zero-padded likewise. */
  readonly reportData: Hex;
  readonly evidence: Hex;
  readonly supplement?: Hex;
  /** 32 bytes, drawn by this process: what the giver's evidence must answer. */
  readonly challenge: Hex;
}

/** One side of a hand-over: what its evidence shows, and the evidence. */
export interface Party {
  /** As the side's answer names it. */
  readonly tee: string;
  /** X25519 public key of its process, 32 bytes. */
  readonly handoverKey: Hex;
  /** What its evidence answers: drawn by the other side. */
  readonly challenge: Hex;
  readonly evidence: Hex;
}

/** Both sides of a hand-over. `transcriptHash` of `@pdiem/bridge/handover/transcript` gives what guardians decide. */
export interface TranscriptJson {
  /** Of the key that is handed over. */
  readonly custodyKey: Hex;
  readonly giver: Party;
  readonly receiver: Party;
}

export interface HandoverNonceRequest {
  /** Hash of the transcript, 32 bytes: the nonce serves this hand-over alone. */
  readonly transcript: Hex;
}

export interface HandoverNonce {
  /** 32 bytes, for a checkpoint. */
  readonly nonce: Hex;
}

/** Proven state that a hand-over rests on, for either side. */
interface HandoverBasis {
  readonly transcript: TranscriptJson;
  /** BCS of the ledger in force; left out, with `decisions`, before genesis. */
  readonly ledger?: Hex;
  /** As in `SettleRequest`. */
  readonly decisions?: Hex;
  /**
   * As `formatEvidence` of `@pdiem/bridge/evidence` writes it, no older than the checkpoint. Shown must be the issuer; and but
   * for before genesis what `operate` of `@pdiem/bridge/guardians/operating` and `checkCustody` look at, and the anchor.
   */
  readonly evidence: unknown;
  /** BCS of the signed checkpoint that carries the nonce. */
  readonly checkpoint: Hex;
  /** For the other side's evidence, as `formatCollateral` of `@pdiem/enclave-verifier/collateral-json` writes it. */
  readonly collateral: unknown;
}

/** Asks the giver for the key. */
export interface ReleaseRequest extends HandoverBasis {}

export interface ReleasedKey {
  /** For the receiver's process alone. */
  readonly box: Hex;
  /** 32 bytes: what evidence of the receiver as a holder answers, for `handover/receipt`. */
  readonly receiptChallenge: Hex;
  /** The light clients after this request. */
  readonly heads: HeadsStatus;
}

/** Gives the receiver the key. */
export interface AcceptRequest extends HandoverBasis {
  readonly box: Hex;
}

/** The receiver holds the key. */
export interface AcceptResponse extends Identity {}

/** Shows the giver, before genesis, that another enclave holds the key, which a configuration may ask for. */
export interface ReceiptRequest {
  /** Of the receiver: its evidence from `activate`, with `receiptChallenge` as challenge. */
  readonly holder: Party;
  /** As in `ReleaseRequest` before genesis. */
  readonly evidence: unknown;
  readonly collateral: unknown;
}

export interface ReceiptResponse {
  /** SHA-256 of the receipt's evidence: sealed with the key. */
  readonly receipt: Hex;
  readonly heads: HeadsStatus;
}
