import type { Verb } from "../verbs/verb.js";

/** Makes what the receiver's evidence must answer. */
export const challenge: Verb<"handoverChallenge"> = ({ kept, bridgeId, end }) => ({
  kept,
  respond: () => ({ challenge: end.challenges.make("challenge", bridgeId) }),
});

/** Makes what a checkpoint must carry for this process to give the key. */
export const nonce: Verb<"handoverNonce"> = ({ kept }, { transcript }, { nonces }) => ({
  kept,
  respond: () => ({ nonce: nonces.make("checkpoint", transcript) }),
});
