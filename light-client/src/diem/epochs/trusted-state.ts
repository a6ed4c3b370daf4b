/** What a client trusts, and how proofs move it forward. Source: diem/diem types/src/trusted_state.rs. */
import { equal } from "../../bytes.js";
import { type Codec, decode, encode, enumeration, option, struct, type Union } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import {
  type AccumulatorConsistencyProof,
  accumulatorRoot,
  appendSubtrees,
  type FrozenAccumulator,
  frozenAccumulator,
} from "../proofs/accumulator-append.js";
import { type EpochChangeProof, type EpochEnd, type LedgerInfoVerifier, verifyEpochChange } from "./epoch-change.js";
import { copyEpochState, type EpochState, epochState } from "./epoch-state.js";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures, nextBlockEpoch } from "./ledger-info.js";
import { type VerifiedLedgerInfo, verifyByQuorum, verifyByWaypoint } from "./verified-ledger-info.js";
import { type Waypoint, type WaypointFields, waypoint, waypointOf } from "./waypoint.js";

export type { VerifiedLedgerInfo } from "./verified-ledger-info.js";

/** `waypoint` is of the newest ledger info verified; `epochState` that of the block after it. */
export interface TrustedEpoch {
  readonly waypoint: Waypoint;
  readonly epochState: EpochState;
  /** The transaction accumulator at the waypoint's version, where it is kept track of. */
  readonly accumulator: FrozenAccumulator | undefined;
}

interface TrustedStateVariants {
  readonly epochWaypoint: Waypoint;
  readonly epochState: TrustedEpoch;
}

/** A waypoint of a ledger info that ends an epoch, as configured; or what was verified since. */
export type TrustedState = Union<TrustedStateVariants>;

/** For keeping. Unlike upstream's, the accumulator is an option and carries no root of the whole. */
export const trustedState: Codec<TrustedState> = enumeration<TrustedStateVariants>("TrustedState", {
  epochWaypoint: [0, waypoint],
  epochState: [1, struct<TrustedEpoch>({ waypoint, epochState, accumulator: option(frozenAccumulator) })],
});

/** @param trusted of a ledger info that ends an epoch, as that of genesis does: only those name the next validators */
export const trustedStateOf = (trusted: Waypoint): TrustedState => ({ type: "epochWaypoint", value: trusted });

const waypointIn = (state: TrustedState): Waypoint =>
  state.type === "epochWaypoint" ? state.value : state.value.waypoint;

/** Version of the newest ledger info that is trusted: where to ask for state proofs from. */
export const trustedVersion = (state: TrustedState): bigint => waypointIn(state).version;

/**
 * Answers to `get_state_proof` at the trusted version. The accumulator is optional, as servers up to release 1.3 can't
 * extend it page by page: without `consistencyProof` from the start on, none is kept. With it, a start from a waypoint
 * needs `initialAccumulator`, at the first listed ledger info's version (for genesis: its root, 1 leaf).
 */
export interface StateProof {
  readonly latest: LedgerInfoWithSignatures;
  readonly epochChangeProof: EpochChangeProof;
  readonly consistencyProof?: AccumulatorConsistencyProof | undefined;
  readonly initialAccumulator?: FrozenAccumulator | undefined;
}

/** An epoch that a ratchet led past. */
export interface PassedEpoch {
  readonly epochState: EpochState;
  /** Time of the ledger info that ends it, microseconds. */
  readonly endedAt: bigint;
}

/**
 * `verified` is what was verified: the latest ledger info if `isLatest`, else the last one of the page of epoch changes,
 * and the latest remains unverified until another page, asked for from the new state, leads to it.
 */
export interface Ratcheted {
  readonly state: TrustedState;
  readonly change: "epoch" | "version" | "noChange";
  readonly verified: VerifiedLedgerInfo;
  readonly isLatest: boolean;
  /** Oldest first. That of a waypoint isn't among them: nothing says who its validators were. */
  readonly passed: readonly PassedEpoch[];
}

const fail = (code: string, message: string): never => {
  throw new ProofError(code, message);
};

const rootOf = (accumulator: FrozenAccumulator): Uint8Array =>
  accumulatorRoot(hashTransactionAccumulatorNode, accumulator);

const checkInitial = (accumulator: FrozenAccumulator, { ledgerInfos }: EpochChangeProof): FrozenAccumulator => {
  const first = ledgerInfos[0]?.ledgerInfo.commitInfo;
  if (first === undefined || first.version !== accumulator.numLeaves - 1n)
    return fail("proof/initial-accumulator", "expected an accumulator at the version of the first listed ledger info");
  if (!equal(rootOf(accumulator), first.executedStateId))
    fail("proof/initial-accumulator", "the initial accumulator has another root than the first listed ledger info");
  return accumulator;
};

const startingAccumulator = (state: TrustedState, proof: StateProof): FrozenAccumulator | undefined => {
  if (state.type === "epochState") return state.value.accumulator;
  if (proof.consistencyProof === undefined) return undefined;
  const initial =
    proof.initialAccumulator ??
    fail("proof/initial-accumulator", "expected an initial accumulator with a consistency proof from a waypoint");
  return checkInitial(initial, proof.epochChangeProof);
};

const extend = (state: TrustedState, proof: StateProof, target: WaypointFields): FrozenAccumulator | undefined => {
  const start = startingAccumulator(state, proof);
  if (start === undefined) return undefined;
  const { subtrees } =
    proof.consistencyProof ??
    fail("proof/consistency", "expected a consistency proof, as the trusted state keeps the accumulator");
  const newLeaves = target.version + 1n - start.numLeaves;
  const extended = appendSubtrees(hashTransactionAccumulatorNode, start, subtrees, newLeaves);
  if (!equal(rootOf(extended), target.executedStateId))
    fail("proof/consistency", `the consistency proof doesn't lead to the accumulator at version ${target.version}`);
  return extended;
};

const equalSigned = (a: LedgerInfoWithSignatures, b: LedgerInfoWithSignatures): boolean =>
  equal(encode(ledgerInfoWithSignatures, a), encode(ledgerInfoWithSignatures, b));

const chooseTarget = (
  { signed, verified, nextEpochState }: EpochEnd,
  { latest, epochChangeProof }: StateProof,
): Pick<Ratcheted, "verified" | "isLatest"> => {
  if (equalSigned(signed, latest)) return { verified, isLatest: true };
  const { epoch, version } = latest.ledgerInfo.commitInfo;
  if (epoch === nextEpochState.epoch) {
    if (version <= signed.ledgerInfo.commitInfo.version)
      fail("proof/epoch-order", `expected the latest version after the end of the epoch before, got ${version}`);
    return { verified: verifyByQuorum(nextEpochState, latest), isLatest: true };
  }
  if (epoch < nextEpochState.epoch || !epochChangeProof.more)
    fail(
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
    return validators === undefined ? [] : [{ epochState: validators, endedAt }];
  });
};

const acrossEpochs = (state: TrustedState, proof: StateProof): Ratcheted => {
  const verifier: LedgerInfoVerifier =
    state.type === "epochWaypoint"
      ? { type: "waypoint", value: state.value }
      : { type: "epochState", value: state.value.epochState };
  const ends = verifyEpochChange(verifier, proof.epochChangeProof);
  const end = ends.at(-1) ?? ends[0];
  const target = chooseTarget(end, proof);
  const { commitInfo } = target.verified.ledgerInfo;
  if (commitInfo.version < trustedVersion(state))
    fail("proof/epoch-order", `the epoch changes end at version ${commitInfo.version}, before the trusted one`);
  const value = {
    waypoint: waypointOf(target.verified.ledgerInfo),
    epochState: end.nextEpochState,
    accumulator: extend(state, proof, commitInfo),
  };
  const passed = passedEpochs(state.type === "epochState" ? state.value.epochState : undefined, ends);
  return { ...target, state: { type: "epochState", value }, change: "epoch", passed };
};

const withinEpoch = (trusted: TrustedEpoch, proof: StateProof): Ratcheted => {
  const state: TrustedState = { type: "epochState", value: trusted };
  if (proof.latest.ledgerInfo.commitInfo.version === trusted.waypoint.version)
    return {
      state,
      change: "noChange",
      verified: verifyByWaypoint(trusted.waypoint, proof.latest),
      isLatest: true,
      passed: [],
    };
  const verified = verifyByQuorum(trusted.epochState, proof.latest);
  const value = {
    waypoint: waypointOf(verified.ledgerInfo),
    epochState: trusted.epochState,
    accumulator: extend(state, proof, verified.ledgerInfo.commitInfo),
  };
  return { state: { type: "epochState", value }, change: "version", verified, isLatest: true, passed: [] };
};

/** A copy: decoded proofs are views of the bytes that they came in, which their owner may use again. */
const detached = (ratcheted: Ratcheted): Ratcheted => ({
  ...ratcheted,
  state: decode(trustedState, encode(trustedState, ratcheted.state)),
  passed: ratcheted.passed.map((one) => ({ ...one, epochState: copyEpochState(one.epochState) })),
});

/**
 * Moves what is trusted forward, never back, to what a state proof shows. The state passed in stays as it is: store the
 * one returned, where several answers race the one with the greater version.
 * @throws ProofError `proof/stale`, `proof/epoch-gap`, `proof/epoch-order`, `proof/consistency`, `proof/initial-accumulator`, and as
 * `verifyEpochChange`, `verifyQuorum`, `verifyByWaypoint` and `appendSubtrees` do
 */
export const ratchet = (state: TrustedState, proof: StateProof): Ratcheted => {
  const { version } = proof.latest.ledgerInfo.commitInfo;
  if (version < trustedVersion(state))
    fail("proof/stale", `expected a ledger info at version ${trustedVersion(state)} or later, got ${version}`);
  return detached(
    state.type === "epochState" && nextBlockEpoch(proof.latest.ledgerInfo) <= state.value.epochState.epoch
      ? withinEpoch(state.value, proof)
      : acrossEpochs(state, proof),
  );
};
