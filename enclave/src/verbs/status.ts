import { type EnclaveState, type Holder, issuerOf, type Participant, type Receiver } from "../state/enclave-state.js";
import type { EnclaveStatus, HolderStatus, ParticipantStatus, ReceiverStatus } from "../wire/identity.js";
import { lightClientStatusOf } from "./light-client-status.js";

const followed = (state: Holder | Receiver): ReceiverStatus => ({
  bridgeId: state.bridgeId,
  custodyKey: issuerOf(state),
  handoverKey: state.end.publicKey,
  lightClients: lightClientStatusOf(state.kept.lightClients),
  checkpoints: state.kept.checkpoints,
  share: state.role === "holder" ? state.key.share : state.share,
});

/** Tells what a receiver is. */
export const receiverStatus: (receiver: Receiver) => ReceiverStatus = followed;

/** Tells what a holder is, its secrets apart. */
export const holderStatus = (holder: Holder): HolderStatus => ({
  ...followed(holder),
  measurement: holder.measurement,
  receipt: holder.kept.receipt,
});

const participantStatus = ({ bridgeId, slot, part, roll, kept }: Participant): ParticipantStatus => ({
  bridgeId,
  slot,
  handoverKey: part.handoverKey,
  roll: roll?.hash,
  lightClients: lightClientStatusOf(kept.lightClients),
  checkpoints: kept.checkpoints,
});

/** Tells an enclave's role. */
export const roleStatus = (state: EnclaveState): EnclaveStatus["role"] => {
  switch (state.role) {
    case "empty":
      return { type: state.role, value: undefined };
    case "receiver":
      return { type: state.role, value: receiverStatus(state) };
    case "holder":
      return { type: state.role, value: holderStatus(state) };
    case "participant":
      return { type: state.role, value: participantStatus(state) };
  }
};
