/** What recordings let a client trust, starting from the waypoint alone. */
import { equal } from "@pdiem/light-client/bytes";
import type { EpochChangeProof, LedgerInfoVerifier } from "@pdiem/light-client/diem/epochs/epoch-change";
import {
  type Ratcheted,
  ratchet,
  type StateProof,
  type TrustedState,
  trustedStateOf,
} from "@pdiem/light-client/diem/epochs/trusted-state";
import {
  type VerifiedLedgerInfo,
  verifyByWaypoint,
  verifyLedgerInfo,
} from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { type Waypoint, waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import {
  accumulatorRoot,
  appendSubtrees,
  EMPTY_ACCUMULATOR,
  type FrozenAccumulator,
} from "@pdiem/light-client/diem/proofs/accumulator-append";
import { ProofError } from "@pdiem/light-client/error";
import { getAccumulatorConsistencyProof, getStateProof } from "@pdiem/relayer/chains/diem/calls";
import { attempt } from "./attempt.js";
import { type Exchange, envelopeVersion, type Recording, resultIn } from "./recording.js";
import { trustRoot } from "./taken-for-granted.js";
import { integerOf } from "./vector.js";

export interface Anchors {
  /** What proofs at a version are checked against, where a recording shows it. */
  readonly ledgerAt: (version: bigint) => VerifiedLedgerInfo | undefined;
  readonly accumulatorAt: (version: bigint) => FrozenAccumulator | undefined;
  /**
   * What a client trusts that asks for a state proof from a version on. It is the epoch which that
   * version is in.
   */
  readonly stateAt: (version: bigint) => TrustedState;
  readonly path: readonly Ratcheted[];
}

/** Nothing that is recorded shows what a proof is to be checked against. */
export class NoAnchor extends Error {
  override readonly name = "NoAnchor";
}

interface EpochStart {
  readonly version: bigint;
  readonly state: TrustedState;
}

/** From a waypoint the accumulator starts with genesis, whose root is its only leaf. */
export const withGenesis = (state: TrustedState, proof: StateProof): StateProof => {
  const genesis = proof.epochChangeProof.ledgerInfos[0]?.ledgerInfo.commitInfo;
  if (state.type !== "epochWaypoint" || genesis === undefined) return proof;
  if (genesis.version !== 0n)
    return { latest: proof.latest, epochChangeProof: proof.epochChangeProof, consistencyProof: undefined };
  return { ...proof, initialAccumulator: { frozenSubtreeRoots: [genesis.executedStateId], numLeaves: 1n } };
};

export const stateProofIn = (recording: Recording): StateProof => {
  const [first] = recording.exchanges;
  const result = first && resultIn(first);
  if (first?.method !== "get_state_proof" || result === undefined)
    throw new ProofError("proof/recording", `${recording.name} isn't a state proof`);
  return getStateProof(0n).read(result);
};

const walkEpochs = (
  start: LedgerInfoVerifier,
  { ledgerInfos }: EpochChangeProof,
  visit: (epoch: EpochStart, verified: VerifiedLedgerInfo) => void,
): void => {
  let verifier = start;
  for (const signed of ledgerInfos) {
    const { epoch, version } = signed.ledgerInfo.commitInfo;
    const isStale = verifier.type === "waypoint" ? version < verifier.value.version : epoch < verifier.value.epoch;
    if (isStale) continue;
    const verified =
      verifier.type === "waypoint"
        ? verifyByWaypoint(verifier.value, signed)
        : verifyLedgerInfo(verifier.value, signed);
    const { nextEpochState } = verified.ledgerInfo.commitInfo;
    if (nextEpochState === undefined) return;
    const waypoint = waypointOf(verified.ledgerInfo);
    visit(
      {
        version,
        state: { type: "epochState", value: { waypoint, epochState: nextEpochState, accumulator: undefined } },
      },
      verified,
    );
    verifier = { type: "epochState", value: nextEpochState };
  }
};

const verifierOf = (state: TrustedState): LedgerInfoVerifier =>
  state.type === "epochWaypoint"
    ? { type: "waypoint", value: state.value }
    : { type: "epochState", value: state.value.epochState };

const fromNothing = (exchange: Exchange): { version: bigint; accumulator: FrozenAccumulator } | undefined => {
  const result = resultIn(exchange);
  const [from, to] = exchange.params;
  if (exchange.method !== "get_accumulator_consistency_proof" || result === undefined || from !== null)
    return undefined;
  const version = to === null || to === undefined ? envelopeVersion(exchange) : integerOf(to);
  const { subtrees } = getAccumulatorConsistencyProof(undefined, version).read(result);
  const accumulator = appendSubtrees(hashTransactionAccumulatorNode, EMPTY_ACCUMULATOR, subtrees, version + 1n);
  return { version, accumulator };
};

/**
 * Follows the trusted path, then every other state proof from the epoch that it was asked for.
 * Roots that only a consistency proof from nothing shows come last. Recordings that don't verify
 * add nothing.
 * @throws ProofError where the trusted path itself doesn't verify
 */
export const buildAnchors = (waypoint: Waypoint, path: readonly Recording[], all: readonly Recording[]): Anchors => {
  const ledgers = new Map<bigint, VerifiedLedgerInfo>();
  const accumulators = new Map<bigint, FrozenAccumulator>();
  const epochs: EpochStart[] = [];
  const keep = ({ verified }: Ratcheted): void => {
    ledgers.set(verified.ledgerInfo.commitInfo.version, verified);
  };
  let state = trustedStateOf(waypoint);
  const steps = path.map((recording) => {
    const proof = withGenesis(state, stateProofIn(recording));
    const step = ratchet(state, proof);
    walkEpochs(verifierOf(state), proof.epochChangeProof, (epoch, verified) => {
      epochs.push(epoch);
      ledgers.set(epoch.version, verified);
    });
    keep(step);
    state = step.state;
    return step;
  });
  const stateAt = (version: bigint): TrustedState =>
    epochs.findLast((epoch) => epoch.version < version)?.state ?? trustedStateOf(waypoint);
  for (const recording of all) {
    const [first] = recording.exchanges;
    const from = first?.method === "get_state_proof" ? first.params[0] : undefined;
    if (typeof from !== "bigint") continue;
    const start = stateAt(from);
    const step = attempt(() => ratchet(start, withGenesis(start, stateProofIn(recording))));
    if (step !== undefined) keep(step);
  }
  for (const shown of all.flatMap(({ exchanges }) => exchanges).map((one) => attempt(() => fromNothing(one)))) {
    if (shown === undefined) continue;
    const root = accumulatorRoot(hashTransactionAccumulatorNode, shown.accumulator);
    const known = ledgers.get(shown.version);
    if (known !== undefined && !equal(known.ledgerInfo.commitInfo.executedStateId, root)) continue;
    accumulators.set(shown.version, shown.accumulator);
    if (known === undefined) ledgers.set(shown.version, trustRoot(shown.version, root));
  }
  const genesis = ledgers.get(0n)?.ledgerInfo.commitInfo.executedStateId;
  if (genesis !== undefined) accumulators.set(0n, { frozenSubtreeRoots: [genesis], numLeaves: 1n });
  return {
    ledgerAt: (version) => ledgers.get(version),
    accumulatorAt: (version) => accumulators.get(version),
    stateAt,
    path: steps,
  };
};
