/**
 * What a client trusts, and how proofs move it forward. Source: diem/diem
 * types/src/trusted_state.rs.
 */
import { equal } from "../../bytes.js";
import { type Codec, type Decoded, decode, encode, enumeration, option, struct, type Union } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import { accumulatorRoot, type FrozenAccumulator, frozenAccumulator } from "../proofs/accumulator-append.js";
import type { LedgerInfoVerifier } from "./epoch-change.js";
import { type EpochState, epochState } from "./epoch-state.js";
import { type ExtendHistory, extendHistory, type StateProof } from "./ledger-history.js";
import { type LedgerInfoWithSignatures, nextBlockEpoch } from "./ledger-info.js";
import { acrossEpochs, type LedgerUpdate, type LedgerWay } from "./ledger-way.js";
import { type VerifiedLedgerInfo, verifyByWaypoint, verifyLedgerInfo } from "./verified-ledger-info.js";
import { equalWaypoints, type Waypoint, waypoint, waypointOf } from "./waypoint.js";

export type { StateProof } from "./ledger-history.js";
export type { PassedEpoch } from "./ledger-way.js";
export type { VerifiedLedgerInfo } from "./verified-ledger-info.js";

const trustedEpoch = struct({
  /** Waypoint of the newest ledger info verified. */
  waypoint,
  /** Validators of the block after it. */
  epochState,
  /** The transaction accumulator at the waypoint's version, where it is kept track of. */
  accumulator: option(frozenAccumulator),
});
export type TrustedEpoch = Decoded<typeof trustedEpoch>;

interface TrustedStateVariants {
  readonly epochWaypoint: Waypoint;
  readonly epochState: TrustedEpoch;
}

/** A waypoint of a ledger info that ends an epoch, as configured; or what was verified since. */
export type TrustedState = Union<TrustedStateVariants>;

/**
 * For keeping. Unlike upstream's, the accumulator is an option and carries no root of the whole.
 */
export const trustedState: Codec<TrustedState> = enumeration<TrustedStateVariants>("TrustedState", {
  epochWaypoint: [0, waypoint],
  epochState: [1, trustedEpoch],
});

/**
 * @param trusted of a ledger info that ends an epoch, as that of genesis does: only those name the
 *   next validators
 */
export const trustedStateOf = (trusted: Waypoint): TrustedState => ({ type: "epochWaypoint", value: trusted });

const waypointIn = (state: TrustedState): Waypoint =>
  state.type === "epochWaypoint" ? state.value : state.value.waypoint;

/**
 * Gives the version of the newest ledger info that is trusted: where to ask for state proofs from.
 */
export const trustedVersion = (state: TrustedState): bigint => waypointIn(state).version;

/** Where a state proof has led. */
export interface Ratcheted extends Omit<LedgerWay, "epochState"> {
  readonly state: TrustedState;
  readonly change: "epoch" | "version" | "noChange";
}

const fail = (code: string, message: string): never => {
  throw new ProofError(code, message);
};

const rootOf = (accumulator: FrozenAccumulator): Uint8Array =>
  accumulatorRoot(hashTransactionAccumulatorNode, accumulator);

const ratchetAcross = (state: TrustedState, proof: StateProof, extend: ExtendHistory): Ratcheted => {
  const verifier: LedgerInfoVerifier =
    state.type === "epochWaypoint"
      ? { type: "waypoint", value: state.value }
      : { type: "epochState", value: state.value.epochState };
  const { epochState: reached, ...way } = acrossEpochs(verifier, proof);
  const { commitInfo } = way.verified.ledgerInfo;
  if (commitInfo.version < trustedVersion(state))
    fail("proof/epoch-order", `the epoch changes end at version ${commitInfo.version}, before the trusted one`);
  const value = {
    waypoint: waypointOf(way.verified.ledgerInfo),
    epochState: reached,
    accumulator: extend(state.type === "epochState" ? state.value : undefined, proof, commitInfo),
  };
  return { ...way, state: { type: "epochState", value }, change: "epoch" };
};

const bySignatures = (validators: EpochState, signed: LedgerInfoWithSignatures): VerifiedLedgerInfo | undefined => {
  try {
    return verifyLedgerInfo(validators, signed);
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
};

/** Verifies what isn't newer than the trusted version, which moves nothing. */
const lookBack = (trusted: TrustedEpoch, { latest }: StateProof): VerifiedLedgerInfo => {
  const { epoch, version, executedStateId } = latest.ledgerInfo.commitInfo;
  // The trusted one itself may end the epoch before, whose validators aren't known any more.
  if (equalWaypoints(trusted.waypoint, waypointOf(latest.ledgerInfo)))
    return bySignatures(trusted.epochState, latest) ?? verifyByWaypoint(trusted.waypoint, latest);
  if (epoch !== trusted.epochState.epoch) return verifyByWaypoint(trusted.waypoint, latest);
  const verified = verifyLedgerInfo(trusted.epochState, latest);
  const { accumulator } = trusted;
  if (accumulator?.numLeaves === version + 1n && !equal(rootOf(accumulator), executedStateId))
    fail("proof/consistency", `expected the trusted history at version ${version}, got another one`);
  return verified;
};

const withinEpoch = (trusted: TrustedEpoch, proof: StateProof, extend: ExtendHistory): Ratcheted => {
  const { latest } = proof;
  const way = { isLatest: true, passed: [] };
  if (latest.ledgerInfo.commitInfo.version <= trusted.waypoint.version) {
    const verified = lookBack(trusted, proof);
    return { ...way, verified, state: { type: "epochState", value: trusted }, change: "noChange" };
  }
  const verified = verifyLedgerInfo(trusted.epochState, latest);
  const value = {
    waypoint: waypointOf(verified.ledgerInfo),
    epochState: trusted.epochState,
    accumulator: extend(trusted, proof, verified.ledgerInfo.commitInfo),
  };
  return { ...way, verified, state: { type: "epochState", value }, change: "version" };
};

/**
 * A copy: decoded proofs are views of the bytes that they came in, which their owner may use again.
 */
const detached = (ratcheted: Ratcheted): Ratcheted => ({
  ...ratcheted,
  state: decode(trustedState, encode(trustedState, ratcheted.state)),
});

const isStale = (state: TrustedState, { commitInfo }: LedgerInfoWithSignatures["ledgerInfo"]): boolean =>
  commitInfo.version < trustedVersion(state) &&
  (state.type === "epochWaypoint" || commitInfo.epoch !== state.value.epochState.epoch);

const ratchetBy = (state: TrustedState, proof: StateProof, extend: ExtendHistory): Ratcheted => {
  const { ledgerInfo } = proof.latest;
  if (isStale(state, ledgerInfo))
    fail(
      "proof/stale",
      `expected a ledger info of the present epoch, or at version ${trustedVersion(state)} or later, got version ` +
        `${ledgerInfo.commitInfo.version} of epoch ${ledgerInfo.commitInfo.epoch}`,
    );
  return detached(
    state.type === "epochState" && nextBlockEpoch(ledgerInfo) <= state.value.epochState.epoch
      ? withinEpoch(state.value, proof, extend)
      : ratchetAcross(state, proof, extend),
  );
};

/**
 * Verifies what a state proof shows, and moves what is trusted forward to it, never back. An older
 * ledger info of the present epoch is verified, and changes nothing. The state passed in stays as
 * it is. Store the one returned, where several answers race the one with the greater version.
 * @throws ProofError `proof/stale` for an older one of an earlier epoch (see `followEpochs`).
 * Others are `proof/epoch-gap`, `proof/epoch-order`, `proof/consistency`,
 * `proof/initial-accumulator`, and those of `verifyEpochChange`, `verifyQuorum`, `verifyByWaypoint`
 * and `appendSubtrees`.
 */
export const ratchet = (state: TrustedState, proof: StateProof): Ratcheted => ratchetBy(state, proof, extendHistory);

/**
 * Does what `ratchet` does for whom signatures are enough: no accumulator is kept, nor looked at in
 * the update.
 * @throws ProofError of `ratchet`
 */
export const ratchetSets = (state: TrustedState, update: LedgerUpdate): Ratcheted =>
  ratchetBy(state, update, () => undefined);
