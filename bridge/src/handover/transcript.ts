/**
 * What both sides of a hand-over have shown each other (PROTOCOL 7), and the hash of it that
 * guardians decide.
 */
import { utf8 } from "@pdiem/light-client/bytes";
import { bytes, type Decoded, encode, fixedBytes, option, string, struct } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { grant } from "./grant.js";

const bytes32 = fixedBytes(32);
/** Bounds attestation evidence: a quote with its certificates and what the vendor publishes. */
const MAX_EVIDENCE_BYTES = 1024 * 1024;

const identity = {
  /** The kind of TEE that the evidence is read as. */
  tee: string,
  /** X25519 public key of the process. */
  handoverKey: bytes32,
  /** What the evidence answers: drawn by the other side's process. */
  challenge: bytes32,
};

/** One side: a process of an enclave, by its attestation evidence in the TEE's own format. */
export const party = struct({ ...identity, evidence: bytes(MAX_EVIDENCE_BYTES) });
export type Party = Decoded<typeof party>;

const subject = {
  bridgeId: bytes32,
  /** The Ed25519 public key of what is handed over. */
  custodyKey: bytes32,
  /** Undefined where the key is held whole. */
  grant: option(grant),
};

export const transcript = struct({
  ...subject,
  giver: party,
  receiver: party,
});
export type Transcript = Decoded<typeof transcript>;

export const hashedParty = struct({ ...identity, evidenceHash: bytes32 });
const hashedTranscript = struct({ ...subject, giver: hashedParty, receiver: hashedParty });

const TAG = utf8("pdiem/handover-transcript/v2");

/** Puts its SHA-256 in place of the evidence. */
export const hashParty = ({ evidence, ...rest }: Party): Decoded<typeof hashedParty> => ({
  ...rest,
  evidenceHash: sha256(evidence),
});

/**
 * Computes the 32 bytes that a decision names: blake2b-256 of "pdiem/handover-transcript/v2" and
 * the BCS of what follows. It is bridgeId, custodyKey, grant, and for giver and receiver tee,
 * handoverKey, challenge and the evidence's SHA-256, in this order.
 */
export const transcriptHash = ({ giver, receiver, ...rest }: Transcript): Uint8Array =>
  blake2b256(TAG, encode(hashedTranscript, { ...rest, giver: hashParty(giver), receiver: hashParty(receiver) }));
