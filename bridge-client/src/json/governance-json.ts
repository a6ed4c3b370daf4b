/** Decisions as requests and files carry them. */
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { as, hex, type Json, list } from "./json.js";
import { type SettledDecision, settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { MAX_BATCH_DECISIONS, type SignedDecision, signedDecision } from "@pdiem/bridge/governance/signed-decision";

const MAX_CHAIN_BYTES = 4 * 1024 * 1024;
/** Two justifications by a thousand authorities each take 264 kB. */
const MAX_DECISION_BYTES = 1024 * 1024;

/** All decisions so far: `0x`-hex of their BCS. */
export const settledDecisionsJson: Json<readonly SettledDecision[]> = as(
  hex(MAX_CHAIN_BYTES),
  (bytes) => decode(settledDecisions, bytes),
  (value) => encode(settledDecisions, value),
);

export const signedDecisionJson: Json<SignedDecision> = as(
  hex(MAX_DECISION_BYTES),
  (bytes) => decode(signedDecision, bytes),
  (value) => encode(signedDecision, value),
);

/** What a batch is to take up, each as `0x`-hex of its BCS. */
export const signedDecisionsJson: Json<readonly SignedDecision[]> = list(signedDecisionJson, MAX_BATCH_DECISIONS);
