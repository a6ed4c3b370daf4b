/** What both sides of a hand-over have shown each other (PROTOCOL 7), and the hash of it that guardians decide. */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode, fixedBytes, string, struct } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { sha256 } from "@pdiem/light-client/crypto/sha256";

/** One side: a process of an enclave, by its evidence. */
export interface Party {
  /** The kind of TEE that the evidence is to be read as. */
  readonly tee: string;
  /** X25519 public key of the process, 32 bytes. */
  readonly handoverKey: Uint8Array;
  /** What the evidence answers: drawn by the other side's process, 32 bytes. */
  readonly challenge: Uint8Array;
  /** In the TEE's own format. */
  readonly evidence: Uint8Array;
}

export interface Transcript {
  readonly bridgeId: Uint8Array;
  /** The Ed25519 public key of what is handed over, 32 bytes. */
  readonly custodyKey: Uint8Array;
  readonly giver: Party;
  readonly receiver: Party;
}

interface HashedParty extends Omit<Party, "evidence"> {
  readonly evidenceHash: Uint8Array;
}

interface HashedTranscript extends Pick<Transcript, "bridgeId" | "custodyKey"> {
  readonly giver: HashedParty;
  readonly receiver: HashedParty;
}

const bytes32 = fixedBytes(32);

const hashedParty: Codec<HashedParty> = struct<HashedParty>({
  tee: string,
  handoverKey: bytes32,
  challenge: bytes32,
  evidenceHash: bytes32,
});

const hashedTranscript: Codec<HashedTranscript> = struct<HashedTranscript>({
  bridgeId: bytes32,
  custodyKey: bytes32,
  giver: hashedParty,
  receiver: hashedParty,
});

const TAG = utf8("pdiem/handover-transcript/v1");

const hashed = ({ evidence, ...party }: Party): HashedParty => ({ ...party, evidenceHash: sha256(evidence) });

/**
 * 32 bytes: blake2b-256 of "pdiem/handover-transcript/v1" and the BCS of bridgeId, custodyKey, and for giver and receiver,
 * in this order, tee, handoverKey, challenge and the SHA-256 of the evidence.
 */
export const transcriptHash = ({ bridgeId, custodyKey, giver, receiver }: Transcript): Uint8Array =>
  blake2b256(TAG, encode(hashedTranscript, { bridgeId, custodyKey, giver: hashed(giver), receiver: hashed(receiver) }));
