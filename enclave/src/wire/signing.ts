/**
 * Requests for signatures, and what is signed. Asking twice is safe: the same request gives the
 * same bytes.
 */
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { governanceState } from "@pdiem/bridge/governance/governance-state";
import { knownSets } from "@pdiem/bridge/governance/known-sets";
import { signedDecision } from "@pdiem/bridge/governance/signed-decision";
import { nonceCommitments, session } from "@pdiem/bridge/holders/session";
import { ledger } from "@pdiem/bridge/ledger/ledger";
import { PAYOUT_WINDOW, paymentRequests } from "@pdiem/bridge/payout/payment-request";
import { items } from "@pdiem/bridge/settlement/items";
import {
  bytes,
  type Decoded,
  fixedBytes,
  option,
  struct,
  u8,
  u16,
  u32,
  u64,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { metadataProof } from "@pdiem/light-client/polkadot/metadata/metadata-proof";
import { lightClientStatus } from "./light-client-status.js";

// A batch that fills a whole block of Polkadot stays below.
const MAX_EXTRINSIC_BYTES = 8 * 1024 * 1024;
const MAX_TRANSACTION_BYTES = 64 * 1024;

/** How the parachain's runtime encodes extrinsics (PROTOCOL 3, 'How calls are encoded'). */
export const extrinsicEncoding = struct({
  /** The relayer's word: under another one the extrinsic is void. */
  transactionVersion: u32,
  /** Left out at the pinned profile's spec version alone. */
  proof: option(metadataProof),
});
export type ExtrinsicEncoding = Decoded<typeof extrinsicEncoding>;

/** One where the enclave holds a share of the key, none where it holds it whole. */
const sessions = vector(session, 1);

/** Zeros stand for the signature where there is a share of it: it isn't finished then. */
const shareOfSignature = option(fixedBytes(32));

export const commitRequest = struct({
  /** How many signatures, 1 to 64. Ask ahead, as often as you like. */
  count: u8,
});

/** Good for one signature of the process that gave them. */
const handleCommitments = struct({ handle: fixedBytes(32), nonces: nonceCommitments });
export type HandleCommitments = Decoded<typeof handleCommitments>;

export const commitResponse = struct({ commitments: vector(handleCommitments, PAYOUT_WINDOW) });

export const genesisRequest = struct({ encoding: extrinsicEncoding, proofs: proofBundle, sessions });

export const settleRequest = struct({
  /** The ledger in force. */
  ledger,
  /** What `ledger.governance` is the hash of. */
  governance: governanceState,
  encoding: extrinsicEncoding,
  proofs: proofBundle,
  items,
  sessions,
});

export const decideRequest = struct({
  ledger,
  governance: governanceState,
  encoding: extrinsicEncoding,
  /** Nothing of Diem needs to be shown. */
  proofs: proofBundle,
  decision: signedDecision,
  /** Past sets whose signatures are evidence of misbehaviour; the present ones needn't be told. */
  sets: knownSets,
  sessions,
});

/**
 * One signed extrinsic of the issuer, void unless it is included within `period` blocks of its
 * birth.
 */
export const signedBatch = struct({
  /** Ready for `author_submitExtrinsic`, length prefix included. */
  extrinsic: bytes(MAX_EXTRINSIC_BYTES),
  /** blake2b-256 of `extrinsic`, as the chain names it. */
  hash: fixedBytes(32),
  share: shareOfSignature,
  /** The issuer's nonce that it uses, as proven. */
  nonce: u32,
  /** The finalized block that its facts were read at, and its era starts from. */
  birth: struct({ number: u32, hash: fixedBytes(32) }),
  /** Length of its era in blocks. */
  period: u16,
  /** Anchor of the ledger that it puts in force, 32 bytes. */
  anchor: fixedBytes(32),
  /** After this request. */
  lightClients: lightClientStatus,
});
export type SignedBatch = Decoded<typeof signedBatch>;

export const payoutRequest = struct({
  ledger,
  governance: governanceState,
  proofs: proofBundle,
  payments: paymentRequests,
  /** One for each payment, in their order, where the enclave holds a share; else none. */
  sessions: vector(session, PAYOUT_WINDOW),
});

/** One signed transaction of custody. */
export const signedPayment = struct({
  /** Index of the release. */
  index: u64,
  /** Custody's, the release's own. */
  sequenceNumber: u64,
  /** Whole seconds of Diem's time: it executes only before. */
  expirationTimestampSecs: u64,
  /** BCS, as Diem's `submit` takes it. */
  transaction: bytes(MAX_TRANSACTION_BYTES),
  /** SHA3-256, as the ledger will name it. */
  hash: fixedBytes(32),
  share: shareOfSignature,
});
export type SignedPayment = Decoded<typeof signedPayment>;

export const payoutResponse = struct({
  /** In the order of the request. */
  payments: vector(signedPayment, PAYOUT_WINDOW),
  lightClients: lightClientStatus,
});
