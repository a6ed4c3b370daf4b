/**
 * What travels between a relayer and the enclave: JSON over HTTP, one endpoint a verb. Types only, so that a relayer
 * imports no code of the enclave.
 *
 * Bytes are lower-case hex with `0x`; 64-bit integers are decimal strings. Every request but `status` is a POST with
 * `content-type: application/json`. Unknown fields are refused. All verbs but `activate` and `status` answer
 * `refused/inactive` until the enclave has been activated, which a restart asks for again.
 *
 * Nothing here is secret and nothing here needs to be kept: every answer is a function of the key, the configuration
 * and proven chain state, so asking again is always safe.
 */
import type { HandoverApi, Receiving } from "./handover-api.js";
import type { Decimal, HeadsStatus, Hex, Identity } from "./wire.js";

export type * from "./handover-api.js";
export type * from "./wire.js";

/** Every endpoint with its types. */
export interface Api extends HandoverApi {
  readonly "GET /v1/status": { readonly request: undefined; readonly response: StatusResponse };
  readonly "POST /v1/activate": { readonly request: ActivateRequest; readonly response: ActivateResponse };
  readonly "POST /v1/advance": { readonly request: AdvanceRequest; readonly response: AdvanceResponse };
  readonly "POST /v1/checkpoint": { readonly request: CheckpointRequest; readonly response: CheckpointResponse };
  readonly "POST /v1/genesis": { readonly request: GenesisRequest; readonly response: SignedBatch };
  readonly "POST /v1/settle": { readonly request: SettleRequest; readonly response: SignedBatch };
  readonly "POST /v1/decide": { readonly request: DecideRequest; readonly response: SignedBatch };
  readonly "POST /v1/payout": { readonly request: PayoutRequest; readonly response: SignedPayout };
}

export type Endpoint = keyof Api;

/**
 * The body of every answer that isn't 200: 400 not understood, 404, 405, 408, 413, 415 and 431 as HTTP has them, 422 not
 * proven, 409 understood and perhaps proven but not allowed, or not now, 503 too much at once, 500 a fault of the enclave
 * or its machine. Codes are stable; `retry` as in `@pdiem/light-client/error`.
 */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly retry: "never" | "later" | "backoff";
}

/** Opens the sealed key for a configuration, or makes one where the machine holds none. Repeating it is harmless. */
export interface ActivateRequest {
  /** As `parseBridgeConfig` of `@pdiem/bridge/config-json` takes it. Another one than the sealed key's is refused. */
  readonly config: unknown;
  /** 32 bytes of the asker's choice: shows that the evidence was made for this request. */
  readonly challenge: Hex;
}

export interface ActivateResponse extends Identity {
  /** `sgx`, `tdx`, `sev-snp` or `simulated`. Not to be believed: the evidence says it. */
  readonly tee: string;
  /** SHA-256("pdiem/enclave/v1" ‖ bridgeId ‖ custodyKey ‖ handoverKey ‖ challenge); zero-padded where a TEE's field is longer. */
  readonly reportData: Hex;
  /** The TEE's own evidence over `reportData`, in its own format. */
  readonly evidence: Hex;
  /** What a verifier may want beside it: SEV-SNP's certificate table, dstack's event log. Proves nothing by itself. */
  readonly supplement?: Hex;
}

export interface StatusResponse {
  readonly tee: string;
  /** That it keeps a key in memory and nowhere else: a restart loses it there. Absent where the key is sealed. */
  readonly memoryOnly?: true;
  /** Absent until `activate`. */
  readonly active?: Identity;
  /** Instead, from `handover/receive` on until `handover/accept`. */
  readonly receiving?: Receiving;
}

/**
 * Moves the light clients forward; nothing is signed. Evidence may hold any part of the way: Diem answers long epoch
 * histories in pages, and each page is one request. Evidence for what is already known is accepted and changes nothing.
 */
export interface AdvanceRequest {
  /** As `formatEvidence` of `@pdiem/bridge/evidence` writes it; accounts, events and storage aren't looked at, either chain may be left out. */
  readonly evidence: unknown;
}

export interface AdvanceResponse {
  readonly heads: HeadsStatus;
}

/**
 * Shows a checkpoint. It is kept if it is newer than the last: nothing is signed for times later than 14 days after it, less
 * `maxSkew`, but `refused/checkpoint-lapsed`. Refused with `refused/checkpoint-sets` or `refused/checkpoint-early` where the
 * light clients haven't come as far yet; with `refused/checkpoint-older` or `refused/former-guardians` after a newer one. The
 * same one again is accepted and changes nothing.
 */
export interface CheckpointRequest {
  /** BCS, as `signedCheckpoint` of `@pdiem/bridge/guardians/signed-checkpoint` writes it. */
  readonly checkpoint: Hex;
}

export interface CheckpointResponse {
  /** BCS of the one that is kept now. */
  readonly checkpoint: Hex;
}

/** Asks for the first batch. It may be dry-run by whoever gets it: failing on chain would spend nonce 0 for good. */
export interface GenesisRequest {
  /** The chain profile that the batch is encoded with: a shipped one's name, or `0x`-hex of its BCS. Others than those in force are refused. */
  readonly profile: string;
  /** As `formatEvidence` of `@pdiem/bridge/evidence` writes it. */
  readonly evidence: unknown;
}

/** Asks for the one next batch that proven state permits. */
export interface SettleRequest {
  /** BCS of the ledger in force. */
  readonly ledger: Hex;
  /** All of guardians' decisions that it stands for, as `settledDecisionsJson` of `@pdiem/bridge/guardians/json` writes them. */
  readonly decisions: Hex;
  /** The chain profile that the batch is encoded with: a shipped one's name, or `0x`-hex of its BCS. Others than those in force are refused. */
  readonly profile: string;
  /** As `formatEvidence` of `@pdiem/bridge/evidence` writes it. */
  readonly evidence: unknown;
  /** What to settle, as `formatItems` of `@pdiem/bridge/items` writes it. */
  readonly items: unknown;
}

/** One signed extrinsic of the issuer, void unless it is included within `period` blocks of its birth. */
export interface SignedBatch {
  /** Ready for `author_submitExtrinsic`, length prefix included. */
  readonly extrinsic: Hex;
  /** blake2b-256 of `extrinsic`, as the chain names it. */
  readonly hash: Hex;
  /** The issuer's nonce that it uses, as proven. */
  readonly nonce: number;
  /** The finalized parachain block that its facts were read at, and its era starts from. */
  readonly birth: { readonly number: number; readonly hash: Hex };
  /** Length of its era in blocks. */
  readonly period: number;
  /** BCS of the ledger that it puts in force, and that ledger's anchor. */
  readonly ledger: Hex;
  readonly anchor: Hex;
  /** The light clients after this request. */
  readonly heads: HeadsStatus;
}

/**
 * Asks for a batch that takes up guardians' decisions, or evidence of misbehaviour, and nothing else. It is signed while
 * the bridge is paused or its assets frozen, too, when everything else is refused with `refused/paused`,
 * `refused/asset-frozen` or, until other guardians have been made Freezer of the assets by such a batch, `refused/freezer`.
 */
export interface DecideRequest {
  /** BCS of the ledger in force. */
  readonly ledger: Hex;
  /** All of guardians' decisions that it stands for, as `settledDecisionsJson` of `@pdiem/bridge/guardians/json` writes them. */
  readonly decisions: Hex;
  /** As in `SettleRequest`; or one that is decided but still delayed, or among `proposed`, if none in force is for its transaction version. */
  readonly profile: string;
  /** As `formatEvidence` of `@pdiem/bridge/evidence` writes it; nothing of Diem needs to be shown. */
  readonly evidence: unknown;
  /** Each as `signedDecisionJson` of `@pdiem/bridge/guardians/json` writes it, numbered on from the ledger's. */
  readonly proposed: readonly Hex[];
  /**
   * Sets whose signatures are evidence of misbehaviour, as `knownSetsJson` of `@pdiem/bridge/guardians/known-sets` writes
   * them: of the past ones, only those that the light clients left within 28 days count; the present ones needn't be told.
   */
  readonly sets?: Hex;
}

/** Asks for the one payment of a release that proven state permits at custody's sequence number. */
export interface PayoutRequest {
  /** BCS of the ledger in force. */
  readonly ledger: Hex;
  /** All of guardians' decisions that it stands for, as `settledDecisionsJson` of `@pdiem/bridge/guardians/json` writes them. */
  readonly decisions: Hex;
  /** As `formatEvidence` of `@pdiem/bridge/evidence` writes it: custody's sent events since the ledger among it. */
  readonly evidence: unknown;
  /** What to pay, as `formatPayoutItem` of `@pdiem/bridge/items` writes it. */
  readonly payout: unknown;
}

/** One signed transaction of custody. Any two for one sequence number exclude each other, so asking twice is safe. */
export interface SignedPayout {
  /** BCS of the signed transaction; Diem's `submit` takes it without `0x`. */
  readonly transaction: Hex;
  /** SHA3-256, as the ledger will name it. */
  readonly hash: Hex;
  /** Of the release. */
  readonly index: Decimal;
  /** Of custody, as proven. */
  readonly sequenceNumber: Decimal;
  /** Whole seconds of Diem's time: it executes only before. */
  readonly expirationTimestampSecs: Decimal;
  /** The light clients after this request. */
  readonly heads: HeadsStatus;
}
