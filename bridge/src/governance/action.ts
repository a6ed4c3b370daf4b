/** What guardians can decide (PROTOCOL 6). */
import { bool, type Decoded, enumeration, fixedBytes, struct, u64, unit, vector } from "@pdiem/light-client/codec/bcs";
import { batchLimits } from "../config/bridge-config.js";
import { guardians } from "../config/guardians.js";
import { measurement } from "../config/measurement.js";
import { shareGrant } from "../handover/grant.js";
import { transferBounds, windowAmounts } from "./limits.js";

/**
 * Whose misbehaviour counts: Diem's validators of an epoch, or the authorities of a GRANDPA set.
 */
export const culprit = enumeration("Culprit", { diem: [0, u64], relay: [1, u64] });
export type Culprit = Decoded<typeof culprit>;

export const action = enumeration("Action", {
  pause: [0, unit],
  resume: [1, unit],
  thaw: [2, unit],
  /** Lowered at once, raised after `decisionDelay`; some of both is refused. */
  windows: [3, windowAmounts],
  /** Another Freezer account, made so in the same batch: 32 bytes. */
  freezer: [4, fixedBytes(32)],
  /** While on, settlements thaw whichever account is asked for. */
  amnesty: [5, bool],
  /** Sets that misbehaved, by evidence of that hash: needs no guardian. */
  misbehaviour: [6, struct({ culprits: vector(culprit, 2), evidence: fixedBytes(32) })],
  /** From here on after `decisionDelay` and the time in which the whole supply can leave. */
  bounds: [7, transferBounds],
  measurement: [8, struct({ measurement, isAllowed: bool })],
  batch: [9, batchLimits],
  /** Signed by the threshold of the new ones, too. */
  guardians: [10, guardians],
  /** Allows the key to be given by the transcript of this hash: 32 bytes. */
  handover: [11, struct({ transcript: fixedBytes(32) })],
  /** Allows a slot's share to be handed over or repaired (PROTOCOL 7a). */
  share: [12, shareGrant],
});
export type Action = Decoded<typeof action>;
export type ActionOf<T extends Action["type"]> = Extract<Action, { readonly type: T }>;
