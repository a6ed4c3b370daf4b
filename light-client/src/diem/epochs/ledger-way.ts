/**
 * From the validators of an epoch, or a waypoint, to a ledger info of that epoch or a later one.
 */
import { equal } from "../../bytes.js";
import { encode } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { type EpochChangeProof, type EpochEnd, type LedgerInfoVerifier, verifyEpochChange } from "./epoch-change.js";
import { copyEpochState, type EpochState } from "./epoch-state.js";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "./ledger-info.js";
import { type VerifiedLedgerInfo, verifyLedgerInfo } from "./verified-ledger-info.js";

/** A ledger info, and the ends of epochs that lead to it. */
export interface LedgerUpdate {
  readonly latest: LedgerInfoWithSignatures;
  readonly epochChangeProof: EpochChangeProof;
}

/**
 * An epoch that was led past. Its validators have themselves signed the ledger info that ends it.
 */
export interface PassedEpoch {
  readonly epochState: EpochState;
  /** Time of that ledger info, microseconds. */
  readonly endedAt: bigint;
}

/**
 * `verified` is what was verified. It is the latest ledger info if `isLatest`, else the last of the
 * page of epoch changes. Then the latest remains unverified until another page leads to it.
 */
export interface LedgerWay {
  readonly verified: VerifiedLedgerInfo;
  readonly isLatest: boolean;
  /** Oldest first. That of a waypoint isn't among them: nothing says who its validators were. */
  readonly passed: readonly PassedEpoch[];
  /**
   * Validators of the epoch led to, who have signed something only if `verified.signedBy` says so.
   */
  readonly epochState: EpochState;
}

const equalSigned = (a: LedgerInfoWithSignatures, b: LedgerInfoWithSignatures): boolean =>
  equal(encode(ledgerInfoWithSignatures, a), encode(ledgerInfoWithSignatures, b));

const chooseTarget = (
  { signed, verified, nextEpochState }: EpochEnd,
  { latest, epochChangeProof }: LedgerUpdate,
): Pick<LedgerWay, "verified" | "isLatest"> => {
  if (equalSigned(signed, latest)) return { verified, isLatest: true };
  const { epoch, version } = latest.ledgerInfo.commitInfo;
  if (epoch === nextEpochState.epoch) {
    if (version <= signed.ledgerInfo.commitInfo.version)
      throw new ProofError(
        "proof/epoch-order",
        `expected the latest version after the end of the epoch before, got ${version}`,
      );
    return { verified: verifyLedgerInfo(nextEpochState, latest), isLatest: true };
  }
  if (epoch < nextEpochState.epoch || !epochChangeProof.more)
    throw new ProofError(
      "proof/epoch-gap",
      `the epoch changes lead to epoch ${nextEpochState.epoch}, the latest ledger info is of ${epoch}`,
    );
  return { verified, isLatest: false };
};

const passedEpochs = (trusted: EpochState | undefined, ends: readonly EpochEnd[]): readonly PassedEpoch[] => {
  const began = [trusted, ...ends.map(({ nextEpochState }) => nextEpochState)];
  return ends.flatMap(({ verified }, i) => {
    const validators = began[i];
    const endedAt = verified.ledgerInfo.commitInfo.timestampUsecs;
    return validators === undefined ? [] : [{ epochState: copyEpochState(validators), endedAt }];
  });
};

/**
 * Follows the ends of epochs, at least one, to the latest ledger info.
 * @throws ProofError `proof/epoch-gap`, `proof/epoch-order`, or of `verifyEpochChange`
 */
export const acrossEpochs = (from: LedgerInfoVerifier, update: LedgerUpdate): LedgerWay => {
  const ends = verifyEpochChange(from, update.epochChangeProof);
  const end = ends.at(-1) ?? ends[0];
  return {
    ...chooseTarget(end, update),
    passed: passedEpochs(from.type === "epochState" ? from.value : undefined, ends),
    epochState: copyEpochState(end.nextEpochState),
  };
};

/**
 * Verifies a ledger info, however old, from validators for whom the caller vouches. They are those
 * of its own epoch, or of an earlier one from which the epoch changes lead to it. No state is
 * moved.
 * @throws ProofError of `verifyLedgerInfo` and `acrossEpochs`
 */
export const followEpochs = (from: EpochState, update: LedgerUpdate): LedgerWay => {
  const { epoch } = update.latest.ledgerInfo.commitInfo;
  if (epoch !== from.epoch) return acrossEpochs({ type: "epochState", value: from }, update);
  return {
    verified: verifyLedgerInfo(from, update.latest),
    isLatest: true,
    passed: [],
    epochState: copyEpochState(from),
  };
};
