/** Vectors of ledger infos, waypoints and trusted state. */
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { type EpochState, epochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import {
  type LedgerInfoWithSignatures,
  ledgerInfo,
  ledgerInfoHash,
  ledgerInfoWithSignatures,
} from "@pdiem/light-client/diem/epochs/ledger-info";
import { verifyQuorum } from "@pdiem/light-client/diem/epochs/quorum";
import {
  ratchet,
  type TrustedState,
  trustedState,
  trustedStateOf,
  trustedVersion,
} from "@pdiem/light-client/diem/epochs/trusted-state";
import { formatWaypoint, parseWaypoint, type Waypoint, waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { accumulatorConsistencyProof, accumulatorRoot } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { eventKey, eventKeyCreationNumber, eventKeyCreator, eventKeyOf } from "@pdiem/light-client/diem/state/event";
import { ProofError } from "@pdiem/light-client/error";
import { frozenAccumulatorOf } from "./accumulators.js";
import { genesis } from "./genesis.js";
import { validatorResults } from "./validators.js";
import { type Fields, type Handler, hexOfValue, type Results } from "./vector.js";

const waypoint: Handler = (input) => {
  const parsed: Waypoint = parseWaypoint(input.text("text"));
  return { ...parsed, text: formatWaypoint(parsed) };
};

const event: Handler = (input) => {
  const key = input.hex("hex");
  const creator = eventKeyCreator(key);
  return {
    creation_number: eventKeyCreationNumber(key),
    creator_address: creator,
    bcs: encode(eventKey, eventKeyOf(eventKeyCreationNumber(key), creator)),
  };
};

const epochStateResults = (state: EpochState): Results => ({
  epoch: state.epoch,
  quorum_voting_power: state.verifier.quorumVotingPower,
  total_voting_power: state.verifier.totalVotingPower,
  validators: validatorResults(state.verifier),
});

const signedResults = ({ ledgerInfo: info, signatures }: LedgerInfoWithSignatures): Results => {
  const { commitInfo } = info;
  return {
    ledger_info: encode(ledgerInfo, info),
    ledger_info_hash: ledgerInfoHash(info),
    epoch: commitInfo.epoch,
    round: commitInfo.round,
    version: commitInfo.version,
    timestamp_usecs: commitInfo.timestampUsecs,
    executed_state_id: commitInfo.executedStateId,
    next_epoch: commitInfo.nextEpochState?.epoch,
    signers: signatures.map(([address]) => address),
    waypoint: formatWaypoint(waypointOf(info)),
  };
};

const ledgerInfoVector: Handler = (input) =>
  input.has("epoch_state")
    ? epochStateResults(input.bcs("epoch_state", epochState))
    : signedResults(input.bcs("ledger_info_with_signatures", ledgerInfoWithSignatures));

const quorum: Handler = (input) => {
  verifyQuorum(
    input.bcs("epoch_state", epochState),
    input.bcs("ledger_info_with_signatures", ledgerInfoWithSignatures),
  );
  return {};
};

export const trustedStateIn = (fields: Fields): TrustedState => {
  const trusted = parseWaypoint(fields.text("waypoint"));
  if (!fields.has("epoch_state")) return trustedStateOf(trusted);
  const accumulator = fields.has("accumulator") ? frozenAccumulatorOf(fields.object("accumulator")) : undefined;
  return {
    type: "epochState",
    value: { waypoint: trusted, epochState: fields.bcs("epoch_state", epochState), accumulator },
  };
};

const CHANGES = { epoch: "Epoch", version: "Version", noChange: "NoChange" } as const;

/** What a ratchet led to, by the names of the vectors. */
export const ratchetResults = ({ state, change, isLatest }: ReturnType<typeof ratchet>): Results => {
  const kept = decode(trustedState, encode(trustedState, state));
  if (kept.type === "epochWaypoint") return { change: CHANGES[change] };
  const { waypoint: trusted, epochState: next, accumulator } = kept.value;
  return {
    change: CHANGES[change],
    new_waypoint: formatWaypoint(trusted),
    new_epoch: next.epoch,
    new_epoch_state: hexOfValue(epochState, next),
    new_accumulator: accumulator && {
      frozen_subtree_roots: accumulator.frozenSubtreeRoots,
      num_leaves: accumulator.numLeaves,
    },
    new_accumulator_root: accumulator && accumulatorRoot(hashTransactionAccumulatorNode, accumulator),
    latest_ledger_info_verified: isLatest,
  };
};

const trustedStateVector: Handler = (input) => {
  const state = trustedStateIn(input.object("trusted_state"));
  const ratcheted = ratchet(state, {
    latest: input.bcs("latest_ledger_info_with_signatures", ledgerInfoWithSignatures),
    epochChangeProof: input.bcs("epoch_change_proof", epochChangeProof),
    consistencyProof: input.has("ledger_consistency_proof")
      ? input.bcs("ledger_consistency_proof", accumulatorConsistencyProof)
      : undefined,
    initialAccumulator: input.has("initial_accumulator")
      ? frozenAccumulatorOf(input.object("initial_accumulator"))
      : undefined,
  });
  // Upstream refuses an older ledger info even of the present epoch. Here it is verified, and moves
  // nothing.
  if (ratcheted.verified.ledgerInfo.commitInfo.version < trustedVersion(state))
    throw new ProofError("proof/stale", "expected a ledger info at the trusted version or later");
  return ratchetResults(ratcheted);
};

export const ledgerHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["genesis", genesis],
  ["waypoint", waypoint],
  ["event", event],
  ["ledger-info", ledgerInfoVector],
  ["quorum", quorum],
  ["trusted-state", trustedStateVector],
]);
