/** What the evidence of holders-to-be speaks for (PROTOCOL 7a). */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";

const ROLL = utf8("pdiem/roll/v1");

/**
 * Computes the report data of a process that has seen the whole roll, 32 bytes:
 * SHA-256("pdiem/roll/v1" ‖ bridgeId ‖ slot ‖ roll), the slot as one byte.
 */
export const rollReportData = (bridgeId: Uint8Array, slot: number, roll: Uint8Array): Uint8Array =>
  sha256(concat(ROLL, bridgeId, Uint8Array.of(slot), roll));
