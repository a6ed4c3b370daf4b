/** What an enclave's attestation evidence speaks for. */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { publicPackageHash } from "../holders/public-package.js";
import type { Share } from "../holders/share.js";

/** 32 bytes each. */
export interface ReportSubject {
  readonly bridgeId: Uint8Array;
  /** The Ed25519 public key of the bridge. */
  readonly custodyKey: Uint8Array;
  /** The X25519 public key of the enclave's process. */
  readonly handoverKey: Uint8Array;
  /** What whoever asked has drawn: the evidence isn't older than the question. */
  readonly challenge: Uint8Array;
  /** Undefined where the key is held whole. */
  readonly share?: Share | undefined;
}

const HOLDER = [utf8("pdiem/enclave/v1"), utf8("pdiem/holder/v1")] as const;
const RECEIVER = [utf8("pdiem/handover/v1"), utf8("pdiem/share-receiver/v1")] as const;

const hash = (
  [whole, ofShare]: typeof HOLDER,
  { bridgeId, custodyKey, handoverKey, challenge, share }: ReportSubject,
): Uint8Array => {
  const key =
    share === undefined
      ? [whole, bridgeId, custodyKey]
      : [ofShare, bridgeId, Uint8Array.of(share.slot), publicPackageHash(share.publicPackage)];
  return sha256(concat(...key, handoverKey, challenge));
};

/**
 * Computes the report data of an enclave that holds the key, 32 bytes:
 * SHA-256("pdiem/enclave/v1" ‖ bridgeId ‖ custodyKey ‖ handoverKey ‖ challenge). Of one that holds
 * a share of it, the slot as one byte:
 * SHA-256("pdiem/holder/v1" ‖ bridgeId ‖ slot ‖ publicPackageHash ‖ handoverKey ‖ challenge).
 */
export const holderReportData = (subject: ReportSubject): Uint8Array => hash(HOLDER, subject);

/**
 * Computes that of one which is to be given the key, under "pdiem/handover/v1", or a share of it,
 * under "pdiem/share-receiver/v1": it doesn't pass for a holder.
 */
export const receiverReportData = (subject: ReportSubject): Uint8Array => hash(RECEIVER, subject);
