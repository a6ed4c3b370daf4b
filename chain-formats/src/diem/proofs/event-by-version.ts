/**
 * Where a version lies in a stream of events. Source: diem/diem types/src/contract_event.rs
 * (`EventByVersionWithProof`).
 */
import { type Codec, option, struct } from "@pdiem/light-client/codec/bcs";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import {
  type EventWithProof,
  eventWithProof,
  type VerifiedEvent,
  verifyEvent,
} from "@pdiem/light-client/diem/proofs/event-proof";
import { checkVersion } from "@pdiem/light-client/diem/proofs/transaction-info-proof";
import type { EventKey } from "@pdiem/light-client/diem/state/event";
import { ProofError } from "@pdiem/light-client/error";

/** The stream's last event at or before the version, and its first one after it. */
export interface EventByVersionWithProof {
  readonly lowerBoundIncl: EventWithProof | undefined;
  readonly upperBoundExcl: EventWithProof | undefined;
}

export const eventByVersionWithProof: Codec<EventByVersionWithProof> = struct<EventByVersionWithProof>({
  lowerBoundIncl: option(eventWithProof),
  upperBoundExcl: option(eventWithProof),
});

/**
 * `count`, the number of the stream's events, must be proven by the account's state at the same
 * ledger info. Without it nothing shows that no event follows, or that a stream has none.
 */
export interface EventByVersionQuery {
  readonly key: EventKey;
  readonly version: bigint;
  readonly count?: bigint | undefined;
}

export interface VerifiedEventByVersion {
  readonly lowerBound: VerifiedEvent | undefined;
  readonly upperBound: VerifiedEvent | undefined;
}

const expect = (condition: boolean, message: string): void => {
  if (!condition) throw new ProofError("proof/event-by-version", message);
};

const checkCount = ({ lowerBoundIncl, upperBoundExcl }: EventByVersionWithProof, count: bigint): void => {
  if (upperBoundExcl === undefined)
    expect(
      (lowerBoundIncl?.event.sequenceNumber ?? -1n) + 1n === count,
      `expected the last of ${count} events, as no later one is shown`,
    );
  else
    expect(
      upperBoundExcl.event.sequenceNumber < count,
      `expected one of ${count} events, got event ${upperBoundExcl.event.sequenceNumber}`,
    );
};

/**
 * Checks that the two events are the neighbours of the version in the stream.
 * @throws ProofError `proof/event-by-version`, `proof/version-too-new`, or of `verifyEvent`
 */
export const verifyEventByVersion = (
  verified: VerifiedLedgerInfo,
  { key, version, count }: EventByVersionQuery,
  proof: EventByVersionWithProof,
): VerifiedEventByVersion => {
  const { lowerBoundIncl: lower, upperBoundExcl: upper } = proof;
  checkVersion(verified, version);
  if (lower !== undefined)
    expect(lower.transactionVersion <= version, "expected the lower event at the version or before it");
  if (upper !== undefined) {
    expect(version < upper.transactionVersion, "expected the upper event after the version");
    expect(
      upper.event.sequenceNumber === (lower === undefined ? 0n : lower.event.sequenceNumber + 1n),
      "expected the upper event to be the next one after the lower, or the stream's first",
    );
  }
  if (count !== undefined) checkCount(proof, count);
  const check = (bound: EventWithProof | undefined): VerifiedEvent | undefined =>
    bound && verifyEvent(verified, bound, { key, sequenceNumber: bound.event.sequenceNumber });
  return { lowerBound: check(lower), upperBound: check(upper) };
};
