/** What an enclave's attestation evidence speaks for. */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";

/** 32 bytes each. */
export interface ReportSubject {
  readonly bridgeId: Uint8Array;
  /** The Ed25519 public key of the bridge. */
  readonly custodyKey: Uint8Array;
  /** The X25519 public key of the enclave's process. */
  readonly handoverKey: Uint8Array;
  /** What whoever asked has drawn: the evidence isn't older than the question. */
  readonly challenge: Uint8Array;
}

const HOLDER = utf8("pdiem/enclave/v1");
const RECEIVER = utf8("pdiem/handover/v1");

const hash = (tag: Uint8Array, { bridgeId, custodyKey, handoverKey, challenge }: ReportSubject): Uint8Array =>
  sha256(concat(tag, bridgeId, custodyKey, handoverKey, challenge));

/**
 * Computes the report data of an enclave that holds the key, 32 bytes:
 * SHA-256("pdiem/enclave/v1" ‖ bridgeId ‖ custodyKey ‖ handoverKey ‖ challenge).
 */
export const holderReportData = (subject: ReportSubject): Uint8Array => hash(HOLDER, subject);

/**
 * Computes that of one which is to be given the key, under "pdiem/handover/v1": it doesn't pass
 * for a holder.
 */
export const receiverReportData = (subject: ReportSubject): Uint8Array => hash(RECEIVER, subject);
