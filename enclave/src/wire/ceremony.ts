/**
 * How holders make a key together, step by step (PROTOCOL 7a). An operator carries what they say,
 * and can only stop it.
 *
 * 1. `ceremonyBegin` of each slot's enclave: its part.
 * 2. `ceremonyRoll` with all parts: evidence over them. It answers for one roll only.
 * 3. `ceremonyBoxes` with all evidence: what it gives each other slot. Light clients and checkpoint
 * follow `advance` and `checkpoint` as any enclave's do: evidence is judged at proven time.
 * 4. `ceremonyFinish` with the boxes that are for it: it seals its share, and is a holder.
 * 5. `activate` with the roll as challenge: its evidence as a holder, which is its receipt.
 * 6. `ceremonyReceipts` with all receipts. Then any may be asked for genesis.
 *
 * Steps may be repeated. A restart of any of them before genesis begins anew.
 */
import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { part, parts } from "@pdiem/bridge/holders/roll";
import { collateral } from "@pdiem/enclave-verifier/evidence";
import { bytes, type Decoded, fixedBytes, string, struct, u8, vector } from "@pdiem/light-client/codec/bcs";
import { BOX_LENGTH } from "./handover.js";
import { attestation, MAX_EVIDENCE_BYTES } from "./identity.js";
import { lightClientStatus } from "./light-client-status.js";

export const beginRequest = struct({
  config: bridgeConfig,
  /** From 1 on; the enclave's code is of the slot's class. */
  slot: u8,
});

export const beginResponse = struct({ part });

export const rollRequest = struct({
  /** All slots', in their order. */
  parts,
});

/** `reportData` is `rollReportData` of the enclave's slot. */
export const rollResponse = struct({ roll: fixedBytes(32), attestation });

/** A slot's evidence, and what its vendor says beside it. */
const member = struct({ tee: string, evidence: bytes(MAX_EVIDENCE_BYTES), collateral });
export type Member = Decoded<typeof member>;

/** All slots', in their order. */
const members = vector(member, MAX_SLOTS);

export const boxesRequest = struct({
  /** From `ceremonyRoll`. */
  members,
  /** Facts of both chains: the earlier time is what evidence is judged at. */
  proofs: proofBundle,
});

/** For a slot, or of one. */
const boxes = vector(struct({ slot: u8, box: fixedBytes(BOX_LENGTH) }), MAX_SLOTS);

export const boxesResponse = struct({
  /** For each other slot, in their order. */
  boxes,
  lightClients: lightClientStatus,
});

export const finishRequest = struct({
  /** One from each other slot, in their order. */
  boxes,
});

export const receiptsRequest = struct({
  /** From `activate`. */
  members,
  proofs: proofBundle,
});

export const receiptsResponse = struct({
  /** SHA-256 of all evidences' SHA-256, 32 bytes. */
  receipt: fixedBytes(32),
  lightClients: lightClientStatus,
});
