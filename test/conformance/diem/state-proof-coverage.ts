/** Tells which bytes of a state proof a client has to look at. */
import { encode } from "@pdiem/light-client/codec/bcs";
import { ledgerInfoWithSignatures, nextBlockEpoch } from "@pdiem/light-client/diem/epochs/ledger-info";
import { ratchet } from "@pdiem/light-client/diem/epochs/trusted-state";
import { getStateProof } from "@pdiem/relayer/chains/diem/calls";
import type { Json } from "@pdiem/relayer/chains/diem/lossless";
import { type Anchors, withGenesis } from "./anchors.js";
import type { Matters } from "./changed-bytes.js";

/**
 * Epoch changes before the trusted state and the flag `more` aren't looked at. Nor is a latest
 * ledger info that this page doesn't lead to. Nor is a consistency proof where no accumulator is
 * kept. Of the ledger info of a waypoint only a part is covered.
 */
export const stateProofCoverage = (from: bigint, result: Json, anchors: Anchors): Matters => {
  const state = anchors.stateAt(from);
  const proof = withGenesis(state, getStateProof(from).read(result));
  const { isLatest } = ratchet(state, proof);
  const skipped = proof.epochChangeProof.ledgerInfos.filter(({ ledgerInfo: { commitInfo } }) =>
    state.type === "epochWaypoint"
      ? commitInfo.version <= state.value.version
      : commitInfo.epoch < state.value.epochState.epoch,
  );
  const start = 1 + skipped.reduce((sum, one) => sum + encode(ledgerInfoWithSignatures, one).length, 0);
  const usesEpochChanges =
    state.type === "epochWaypoint" || nextBlockEpoch(proof.latest.ledgerInfo) > state.value.epochState.epoch;
  return ({ field, bytes }, offset) => {
    if (field === "ledger_info_with_signatures") return isLatest;
    if (field === "epoch_change_proof") return usesEpochChanges && offset >= start && offset < bytes.length - 1;
    return proof.initialAccumulator !== undefined;
  };
};
