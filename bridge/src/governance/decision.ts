/** One decision: a list of actions, taken whole or not at all (PROTOCOL 6). */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, encode, fixedBytes, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { action } from "./action.js";

/** The most actions of one decision. */
export const MAX_ACTIONS = 8;

export const decision = struct({
  /** `governanceHash` of the state that it starts from, 32 bytes. */
  governance: fixedBytes(32),
  /** The last proven time at which a batch may hold it, ms. */
  until: u64,
  actions: vector(action, MAX_ACTIONS),
});
export type Decision = Decoded<typeof decision>;

const TAG = utf8("pdiem/decision/v2");

/** Composes the bytes that guardians sign. @param bridgeId 32 bytes */
export const decisionMessage = (bridgeId: Uint8Array, value: Decision): Uint8Array =>
  concat(TAG, bridgeId, encode(decision, value));
