/**
 * From one validator set to the next, by the ledger infos that end epochs.
 * Sources: diem/diem types/src/epoch_change.rs, types/src/waypoint.rs, types/src/epoch_state.rs.
 */
import { bool, type Decoded, struct, type Union, vector } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import type { EpochState } from "./epoch-state.js";
import { type LedgerInfo, type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "./ledger-info.js";
import { type VerifiedLedgerInfo, verifyByWaypoint, verifyLedgerInfo } from "./verified-ledger-info.js";
import type { Waypoint } from "./waypoint.js";

/** A page of a Diem node. Source: MAX_NUM_EPOCH_ENDING_LEDGER_INFO of storage/diemdb. */
const MAX_EPOCH_CHANGES = 100;

export const epochChangeProof = struct({
  /** Each ends an epoch, oldest first. */
  ledgerInfos: vector(ledgerInfoWithSignatures, MAX_EPOCH_CHANGES),
  /**
   * Says that the server stopped at its page size, and that there are newer epochs. Nothing vouches
   * for that flag.
   */
  more: bool,
});
export type EpochChangeProof = Decoded<typeof epochChangeProof>;

/** What is trusted before: a single ledger info, or the validators of an epoch. */
export type LedgerInfoVerifier = Union<{ waypoint: Waypoint; epochState: EpochState }>;

const verifyBy = (verifier: LedgerInfoVerifier, signed: LedgerInfoWithSignatures): VerifiedLedgerInfo =>
  verifier.type === "waypoint" ? verifyByWaypoint(verifier.value, signed) : verifyLedgerInfo(verifier.value, signed);

const isStale = (verifier: LedgerInfoVerifier, { commitInfo }: LedgerInfo): boolean =>
  verifier.type === "waypoint" ? commitInfo.version < verifier.value.version : commitInfo.epoch < verifier.value.epoch;

/**
 * The last ledger info of an epoch, verified, as it came, and the validators whom it hands over to.
 */
export interface EpochEnd {
  readonly verified: VerifiedLedgerInfo;
  readonly signed: LedgerInfoWithSignatures;
  readonly nextEpochState: EpochState;
}

const verifyStep = (
  verifier: LedgerInfoVerifier,
  previous: EpochEnd | undefined,
  signed: LedgerInfoWithSignatures,
): EpochEnd => {
  const verified = verifyBy(verifier, signed);
  // A copy already, so that no step after this one makes another.
  const { epoch, version, nextEpochState } = verified.ledgerInfo.commitInfo;
  if (nextEpochState === undefined)
    throw new ProofError("proof/no-next-epoch", `the ledger info at version ${version} doesn't end epoch ${epoch}`);
  if (nextEpochState.epoch !== epoch + 1n)
    throw new ProofError(
      "proof/next-epoch",
      `expected epoch ${epoch + 1n} after ${epoch}, the ledger info says ${nextEpochState.epoch}`,
    );
  if (previous !== undefined && version <= previous.signed.ledgerInfo.commitInfo.version)
    throw new ProofError("proof/epoch-order", `epoch ${epoch} ends at version ${version}, before the one before it`);
  return { verified, signed, nextEpochState };
};

/**
 * Follows the epochs from what is trusted to the last ledger info listed: their ends, oldest first.
 * Leading ones that are older than what is trusted are skipped unseen. Stricter than upstream:
 * epochs must be numbered one after the other, at growing versions.
 * @throws ProofError `proof/epoch-change-empty`, `proof/epoch-change-stale`, `proof/no-next-epoch`,
 *   `proof/next-epoch`, `proof/epoch-order`, and as the checks of a single ledger info do
 */
export const verifyEpochChange = (
  trusted: LedgerInfoVerifier,
  { ledgerInfos }: EpochChangeProof,
): readonly [EpochEnd, ...EpochEnd[]] => {
  const last = ledgerInfos.at(-1);
  if (last === undefined)
    throw new ProofError("proof/epoch-change-empty", "expected at least one ledger info in the epoch change proof");
  if (isStale(trusted, last.ledgerInfo))
    throw new ProofError("proof/epoch-change-stale", "the whole epoch change proof is older than what is trusted");
  const from = ledgerInfos.findIndex(({ ledgerInfo }) => !isStale(trusted, ledgerInfo));
  let end = verifyStep(trusted, undefined, ledgerInfos[from] ?? last);
  const ends: [EpochEnd, ...EpochEnd[]] = [end];
  for (const signed of ledgerInfos.slice(from + 1)) {
    end = verifyStep({ type: "epochState", value: end.nextEpochState }, end, signed);
    ends.push(end);
  }
  return ends;
};
