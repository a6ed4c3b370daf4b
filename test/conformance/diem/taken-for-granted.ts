/** Ledger infos that a fixture gives without their signers' keys: each is its own waypoint. */

import type { LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { type VerifiedLedgerInfo, verifyByWaypoint } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { HASH_LENGTH } from "@pdiem/light-client/diem/hash-value";

export const trust = (signed: LedgerInfoWithSignatures): VerifiedLedgerInfo =>
  verifyByWaypoint(waypointOf(signed.ledgerInfo), signed);

/** A ledger info of which only version and root are known. */
export const trustRoot = (version: bigint, executedStateId: Uint8Array): VerifiedLedgerInfo => {
  const zero = new Uint8Array(HASH_LENGTH);
  const place = { epoch: 1n, round: 0n, id: zero, timestampUsecs: 0n, nextEpochState: undefined };
  return trust({
    ledgerInfo: { commitInfo: { ...place, executedStateId, version }, consensusDataHash: zero },
    signatures: [],
  });
};
