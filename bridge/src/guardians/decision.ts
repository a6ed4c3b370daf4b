/** What guardians decide, and what of it they sign. */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import {
  bool,
  type Codec,
  encode,
  enumeration,
  fixedBytes,
  struct,
  type Union,
  u64,
  unit,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { type ChainProfile, chainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { type Guardians, guardians } from "../config.js";
import { type Measurement, measurement } from "../measurement.js";
import { type Limits, limits } from "./limits.js";
import { type Culprit, culprit } from "./misbehaviour.js";

/** Whether code of that measurement may be given the key. */
export interface MeasurementRule {
  readonly measurement: Measurement;
  readonly isAllowed: boolean;
}

/** That one of these sets misbehaved, by evidence of that hash: needs no guardian. */
export interface MisbehaviourNotice {
  /** As `culpritsOf` gives them. */
  readonly culprits: readonly Culprit[];
  readonly evidence: Uint8Array;
}

/** That the key may be given to the one receiver whom a hand-over's transcript names, by the one giver. */
export interface HandoverRule {
  /** Hash of the transcript, 32 bytes. */
  readonly transcript: Uint8Array;
}

interface ActionVariants {
  readonly pause: undefined;
  readonly resume: undefined;
  readonly thaw: undefined;
  readonly limits: Limits;
  readonly profile: ChainProfile;
  readonly guardians: Guardians;
  readonly measurement: MeasurementRule;
  readonly misbehaviour: MisbehaviourNotice;
  readonly handover: HandoverRule;
}

export type Action = Union<ActionVariants>;

export const action: Codec<Action> = enumeration<ActionVariants>("Action", {
  pause: [0, unit],
  resume: [1, unit],
  thaw: [2, unit],
  limits: [3, limits],
  profile: [4, chainProfile],
  guardians: [5, guardians],
  measurement: [6, struct<MeasurementRule>({ measurement, isAllowed: bool })],
  misbehaviour: [7, struct<MisbehaviourNotice>({ culprits: vector(culprit, 2), evidence: fixedBytes(32) })],
  handover: [8, struct<HandoverRule>({ transcript: fixedBytes(32) })],
});

export interface Decision {
  /** Its place in the chain of decisions, from 0. */
  readonly number: bigint;
  /** The chain's hash before its batch: that of the ledger in force, 32 bytes. */
  readonly previous: Uint8Array;
  /** The last proven time at which a batch may take it up, ms. */
  readonly until: bigint;
  readonly action: Action;
}

export const decision: Codec<Decision> = struct<Decision>({
  number: u64,
  previous: fixedBytes(32),
  until: u64,
  action,
});

const TAG = utf8("pdiem/decision/v1");

/** The bytes that guardians sign. @param bridgeId 32 bytes */
export const decisionMessage = (bridgeId: Uint8Array, value: Decision): Uint8Array =>
  concat(TAG, bridgeId, encode(decision, value));
