/**
 * The only thing that facts are proven against. It can't be written down: it comes from the two checks here, so code
 * that holds one knows that validators, or a trusted waypoint, vouch for it.
 */
import { ProofError } from "../../error.js";
import type { EpochState } from "./epoch-state.js";
import type { LedgerInfoWithSignatures } from "./ledger-info.js";
import { verifyQuorum } from "./quorum.js";
import { formatWaypoint, type Waypoint, type WaypointFields, waypointOf } from "./waypoint.js";

const verifiedBrand: unique symbol = Symbol("verified ledger info");

/**
 * Of the block only those fields that a waypoint covers too, as a waypoint may be all that vouches for it: its round,
 * id and consensus data are not here.
 */
export interface VerifiedLedgerInfo {
  readonly [verifiedBrand]: true;
  readonly ledgerInfo: { readonly commitInfo: WaypointFields };
}

// The root is copied: decoded ones are views of bytes whose owner may use them again.
const create = ({ epoch, executedStateId, version, timestampUsecs, nextEpochState }: WaypointFields) => ({
  [verifiedBrand]: true as const,
  ledgerInfo: {
    commitInfo: { epoch, executedStateId: executedStateId.slice(), version, timestampUsecs, nextEpochState },
  },
});

/** @throws ProofError as `verifyQuorum` does */
export const verifyByQuorum = (epochState: EpochState, signed: LedgerInfoWithSignatures): VerifiedLedgerInfo => {
  verifyQuorum(epochState, signed);
  return create(signed.ledgerInfo.commitInfo);
};

/**
 * Checks no signature: the waypoint is trusted.
 * @throws ProofError `proof/waypoint-version`, `proof/waypoint`
 */
export const verifyByWaypoint = (trusted: Waypoint, { ledgerInfo }: LedgerInfoWithSignatures): VerifiedLedgerInfo => {
  const { commitInfo } = ledgerInfo;
  if (commitInfo.version !== trusted.version)
    throw new ProofError(
      "proof/waypoint-version",
      `expected the waypoint's version ${trusted.version}, got ${commitInfo.version}`,
    );
  const actual = formatWaypoint(waypointOf(ledgerInfo));
  const expected = formatWaypoint(trusted);
  if (actual !== expected)
    throw new ProofError("proof/waypoint", `expected the ledger info of waypoint ${expected}, got that of ${actual}`);
  return create(commitInfo);
};
