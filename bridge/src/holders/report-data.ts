/** What the evidence of holders speaks for (PROTOCOL 7a). */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { type PublicPackage, publicPackageHash } from "./public-package.js";

/** 32 bytes each. */
export interface ShareSubject {
  readonly bridgeId: Uint8Array;
  /** From 1 on. */
  readonly slot: number;
  readonly publicPackage: PublicPackage;
  /** The X25519 public key of the enclave's process. */
  readonly handoverKey: Uint8Array;
  /** What whoever asked has drawn; the roll for receipts. */
  readonly challenge: Uint8Array;
}

const ROLL = utf8("pdiem/roll/v1");
const HOLDER = utf8("pdiem/holder/v1");

/**
 * Computes the report data of a process that has seen the whole roll, 32 bytes:
 * SHA-256("pdiem/roll/v1" ‖ bridgeId ‖ slot ‖ roll), the slot as one byte.
 */
export const rollReportData = (bridgeId: Uint8Array, slot: number, roll: Uint8Array): Uint8Array =>
  sha256(concat(ROLL, bridgeId, Uint8Array.of(slot), roll));

/**
 * Computes the report data of an enclave that holds a slot's share, 32 bytes:
 * SHA-256("pdiem/holder/v1" ‖ bridgeId ‖ slot ‖ publicPackageHash ‖ handoverKey ‖ challenge).
 */
export const shareReportData = (subject: ShareSubject): Uint8Array => {
  const { bridgeId, slot, publicPackage, handoverKey, challenge } = subject;
  return sha256(
    concat(HOLDER, bridgeId, Uint8Array.of(slot), publicPackageHash(publicPackage), handoverKey, challenge),
  );
};
