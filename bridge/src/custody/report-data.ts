/** What an enclave's evidence speaks for. */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";

/** 32 bytes each. */
export interface ReportSubject {
  readonly bridgeId: Uint8Array;
  /** The Ed25519 public key of the bridge. */
  readonly custodyKey: Uint8Array;
  /** The X25519 public key of the enclave's process. */
  readonly handoverKey: Uint8Array;
  /** Of whoever asked: shows that the evidence isn't older than the question. */
  readonly challenge: Uint8Array;
}

const HOLDER = utf8("pdiem/enclave/v1");
const RECEIVER = utf8("pdiem/handover/v1");

const hash = (tag: Uint8Array, { bridgeId, custodyKey, handoverKey, challenge }: ReportSubject): Uint8Array =>
  sha256(concat(tag, bridgeId, custodyKey, handoverKey, challenge));

/** Of an enclave that holds the key: SHA-256("pdiem/enclave/v1" ‖ bridgeId ‖ custodyKey ‖ handoverKey ‖ challenge), 32 bytes. */
export const holderReportData = (subject: ReportSubject): Uint8Array => hash(HOLDER, subject);

/** Of one that is to be given the key, so that it doesn't pass for a holder: the same with "pdiem/handover/v1". */
export const receiverReportData = (subject: ReportSubject): Uint8Array => hash(RECEIVER, subject);
