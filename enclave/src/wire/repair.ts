/**
 * The repair of a lost share, step by step (PROTOCOL 7a). R is the enclave that is to get it. Each
 * H is a holder of another slot that helps; as many as sign do:
 *
 * 1. R `handoverReceive` with any challenge, and each H `handoverChallenge`: all draw their own.
 * 2. R `handoverReceive` again and each H `activate`, with the hash of all challenges: their
 * evidence. The transcript is complete.
 * 3. Guardians verify all evidence, and decide transcript and grant; the delay runs out.
 * 4. Each H `handoverNonce` for the transcript; guardians sign a checkpoint that carries the list;
 * all are shown it.
 * 5. Each H `repairSplit`: points of its addends for all to see, and a box for each other H.
 * 6. Each H `repairSum` with all points and its boxes: the sum of its addends, boxed for R.
 * 7. R `repairAccept` with all points and sums: seals its share, and is a holder from then on.
 *
 * Steps may be repeated: addends are always the same for one transcript. A restart of an H after
 * step 4 asks for another nonce.
 */
import { MAX_NONCES } from "@pdiem/bridge/checkpoint/checkpoint";
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { repairSides } from "@pdiem/bridge/handover/repair";
import { collateral } from "@pdiem/enclave-verifier/evidence";
import { bytes, type Decoded, fixedBytes, option, struct, vector } from "@pdiem/light-client/codec/bcs";
import { BOX_LENGTH } from "./handover.js";
import { lightClientStatus } from "./light-client-status.js";
import { governedLedger } from "./proving.js";

const basis = {
  transcript: repairSides,
  /** Undefined before genesis, where nothing is repaired. */
  governed: option(governedLedger),
  /** Facts of both chains no older than the checkpoint. */
  proofs: proofBundle,
};

const helping = {
  ...basis,
  /** Nonces that the checkpoint carries the hash of, the helper's among them. */
  nonces: vector(fixedBytes(32), MAX_NONCES),
  /** For the receiver's evidence, and for each helper's; the asked one's own isn't looked at. */
  collateral: struct({ receiver: collateral, helpers: vector(collateral, MAX_SLOTS) }),
};

/** What a helper's addends are times the base point: one for each helper, in their order. */
const points = vector(fixedBytes(32), MAX_SLOTS);
/** All helpers' points, in their order. */
const rows = vector(points, MAX_SLOTS);
export type Rows = Decoded<typeof rows>;

/** One for each helper in their order; empty where there is none. */
const boxes = vector(bytes(BOX_LENGTH), MAX_SLOTS);

export const splitRequest = struct(helping);

export const splitResponse = struct({
  points,
  /** Addends, for each other helper; the helper's own place is empty. */
  boxes,
  lightClients: lightClientStatus,
});

export const sumRequest = struct({
  ...helping,
  rows,
  /** What each other helper has boxed for this one; its own place is empty. */
  boxes,
});

export const sumResponse = struct({ box: fixedBytes(BOX_LENGTH), lightClients: lightClientStatus });

export const acceptRequest = struct({
  ...basis,
  rows,
  /** What each helper has boxed for the receiver. */
  boxes,
});
