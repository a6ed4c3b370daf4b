/**
 * The only thing that facts are proven against. It can't be written down: it comes from the two
 * checks here. So code that holds one knows that validators, or a trusted waypoint, vouch for it.
 */
import { ProofError } from "../../error.js";
import { copyEpochState, type EpochState } from "./epoch-state.js";
import type { LedgerInfoWithSignatures } from "./ledger-info.js";
import { verifyQuorum } from "./quorum.js";
import { formatWaypoint, type Waypoint, type WaypointFields, waypointOf } from "./waypoint.js";

const verifiedBrand: unique symbol = Symbol("verified ledger info");

export interface VerifiedLedgerInfo {
  readonly [verifiedBrand]: true;
  /**
   * Has those fields of the block alone that a waypoint covers. A waypoint may be all that vouches
   * for it, so there is no round, no id, no consensus data.
   */
  readonly ledgerInfo: { readonly commitInfo: WaypointFields };
  /**
   * The validators whose signatures were verified; undefined where only a trusted waypoint vouches
   * for it. Checkpoints go by these, not by sets that ledger infos name.
   */
  readonly signedBy: EpochState | undefined;
}

// Copies: what was decoded is views of bytes whose owner may use them again.
const create = (
  { epoch, executedStateId, version, timestampUsecs, nextEpochState }: WaypointFields,
  signedBy: EpochState | undefined,
): VerifiedLedgerInfo => ({
  [verifiedBrand]: true,
  ledgerInfo: {
    commitInfo: {
      epoch,
      executedStateId: executedStateId.slice(),
      version,
      timestampUsecs,
      nextEpochState: nextEpochState && copyEpochState(nextEpochState),
    },
  },
  signedBy: signedBy && copyEpochState(signedBy),
});

/**
 * Verifies a ledger info of any version by the validators of its epoch, for whom the caller
 * vouches.
 * @throws ProofError of `verifyQuorum`
 */
export const verifyLedgerInfo = (epochState: EpochState, signed: LedgerInfoWithSignatures): VerifiedLedgerInfo => {
  verifyQuorum(epochState, signed);
  return create(signed.ledgerInfo.commitInfo, epochState);
};

/**
 * Compares a ledger info with a trusted waypoint, and checks no signature.
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
  return create(commitInfo, undefined);
};
