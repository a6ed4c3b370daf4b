/**
 * A hand-over of the key, or of a slot's share of it, step by step (PROTOCOL 7). G is the enclave
 * that has it, R the one that is to get it:
 *
 * 1. G `handoverChallenge`: what R's evidence must answer.
 * 2. R `handoverReceive`: R's evidence, and what G's must answer. R holds no key and isn't
 * activated before. R's light clients and checkpoint then follow `advance` and `checkpoint` as any
 * enclave's do.
 * 3. G `activate` with R's challenge: G's evidence. The transcript is complete.
 * 4. Guardians verify both evidences, and decide the transcript's hash; its delay runs out. (Not
 * before genesis.)
 * 5. G `handoverNonce` for the transcript; guardians sign a checkpoint that carries it; G and R are
 * shown it. That is the last word: what is released under it can't be taken back.
 * 6. G `handoverRelease`: the key, encrypted to R. Asking again is safe: nobody else can open it.
 * 7. R `handoverAccept`: seals the key, and is an activated enclave from then on. G goes on as
 * before.
 * 8. Before genesis: R `activate` with `receiptChallenge`; G `handoverReceipt` keeps that evidence.
 *
 * A restart of G after step 5 asks for another nonce. Before genesis a restart of either begins
 * anew.
 */

import { MAX_NONCES } from "@pdiem/bridge/checkpoint/checkpoint";
import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { grant } from "@pdiem/bridge/handover/grant";
import { party } from "@pdiem/bridge/handover/transcript";
import { share } from "@pdiem/bridge/holders/share";
import { collateral } from "@pdiem/enclave-verifier/evidence";
import { type Decoded, fixedBytes, option, struct, vector } from "@pdiem/light-client/codec/bcs";
import { attestation, receiver } from "./identity.js";
import { lightClientStatus } from "./light-client-status.js";
import { governedLedger } from "./proving.js";

/** A nonce of 12 bytes, the encrypted seed, a tag of 16. */
export const BOX_LENGTH = 12 + 32 + 16;

export const handoverChallenge = struct({
  /** 32 bytes. Ask as often as you like. */
  challenge: fixedBytes(32),
});

export const receiveRequest = struct({
  config: bridgeConfig,
  /** The giver's public key. */
  custodyKey: fixedBytes(32),
  /** The slot's share to wait for; undefined for the whole key. */
  share: option(share),
  /** The giver's challenge; for a repair `repairChallenge`. */
  challenge: fixedBytes(32),
});

/**
 * `reportData` is `receiverReportData` of the receiver's fields and the challenge.
 */
export const receiveResponse = struct({
  receiver,
  attestation,
  /** What the giver's evidence must answer, 32 bytes. */
  challenge: fixedBytes(32),
});

/** Both sides of a hand-over; `transcriptHash` gives what guardians decide. */
export const sides = struct({ custodyKey: fixedBytes(32), grant: option(grant), giver: party, receiver: party });
export type Sides = Decoded<typeof sides>;

export const nonceRequest = struct({
  /** Hash of the transcript, 32 bytes: the nonce serves this hand-over alone. */
  transcript: fixedBytes(32),
});

export const nonceResponse = struct({ nonce: fixedBytes(32) });

/** What either side rests a hand-over on, under the checkpoint that it keeps. */
const basis = {
  transcript: sides,
  /** Undefined before genesis. */
  governed: option(governedLedger),
  /** Facts of both chains no older than the checkpoint. */
  proofs: proofBundle,
  /** For the other side's evidence. */
  collateral,
};

export const releaseRequest = struct({
  ...basis,
  /** Nonces that the checkpoint carries the hash of, the giver's among them. */
  nonces: vector(fixedBytes(32), MAX_NONCES),
});

export const releaseResponse = struct({
  /** For the receiver alone. */
  box: fixedBytes(BOX_LENGTH),
  /** What evidence of the receiver as a holder answers, for `handoverReceipt`. */
  receiptChallenge: fixedBytes(32),
  lightClients: lightClientStatus,
});

export const acceptRequest = struct({ ...basis, box: fixedBytes(BOX_LENGTH) });

/**
 * Shows the giver, before genesis, that another enclave holds the key, which a configuration may
 * ask for.
 */
export const receiptRequest = struct({
  /** Receiver's identity: its evidence from `activate`, with `receiptChallenge` as challenge. */
  holder: party,
  proofs: proofBundle,
  collateral,
});

export const receiptResponse = struct({
  /** SHA-256 of the receipt's evidence: sealed with the key. */
  receipt: fixedBytes(32),
  lightClients: lightClientStatus,
});
