/**
 * A decision on its way from guardian to guardian: made by one, signed by each, put together by
 * anyone.
 */
import type { Guardians } from "@pdiem/bridge/config/guardians";
import { RefusedError } from "@pdiem/bridge/error";
import type { Action } from "@pdiem/bridge/governance/action";
import { type Decision, decision as decisionCodec } from "@pdiem/bridge/governance/decision";
import { type GovernanceState, governanceHash } from "@pdiem/bridge/governance/governance-state";
import { type GuardianSignature, mergeSignatures } from "@pdiem/bridge/governance/guardian-signature";
import { culpritsOf, type MisbehaviourEvidence, misbehaviourHash } from "@pdiem/bridge/governance/misbehaviour";
import {
  isSignedBy,
  type SignedDecision,
  signDecision,
  verifyDecision,
} from "@pdiem/bridge/governance/signed-decision";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { bcsHex, hexOf, type Json, record } from "../json.js";
import { mergeValidSignatures, signaturesJson } from "./file-signatures.js";

export interface DecisionFile {
  readonly bridgeId: Uint8Array;
  readonly decision: Decision;
  /** In order of their guardians. */
  readonly signatures: readonly GuardianSignature[];
}

/** Where a decision stands: the governance state that the ledger in force names. */
export interface DecisionPlace {
  readonly governance: GovernanceState;
  /** The last proven time at which a batch may hold it, ms: 24 h ahead at most. */
  readonly until: bigint;
}

const MAX_DECISION_BYTES = 64 * 1024;

const decisionFileJson: Json<DecisionFile> = record<DecisionFile>({
  bridgeId: hexOf(32),
  decision: bcsHex(decisionCodec, MAX_DECISION_BYTES),
  signatures: signaturesJson,
});

/**
 * Reads what `formatDecisionFile` gives; checks no signature.
 * @throws DecodeError `decode/json`, `decode/…`
 */
export const parseDecisionFile = (value: unknown): DecisionFile => decisionFileJson.parse(value, "decision");

/** Writes a plain JSON value: bytes as `0x`-hex, the decision as that of its BCS. */
export const formatDecisionFile = (file: DecisionFile): unknown => decisionFileJson.format(file);

const decisionAt = ({ governance, until }: DecisionPlace, actions: readonly Action[]): Decision => ({
  governance: governanceHash(governance),
  until,
  actions,
});

/** Makes a decision that nobody has signed yet. */
export const proposeDecision = (
  bridgeId: Uint8Array,
  place: DecisionPlace,
  ...actions: readonly Action[]
): DecisionFile => ({ bridgeId, decision: decisionAt(place, actions), signatures: [] });

/** Makes evidence of misbehaviour ready for a batch: nobody needs to sign it. */
export const noticeMisbehaviour = (place: DecisionPlace, evidence: MisbehaviourEvidence): SignedDecision => {
  const notice = { culprits: culpritsOf(evidence), evidence: misbehaviourHash(evidence) };
  return {
    decision: decisionAt(place, [{ type: "misbehaviour", value: notice }]),
    warrant: { type: "evidence", value: evidence },
  };
};

/** Adds a guardian's signature. @param seed 32 bytes */
export const addSignature = (file: DecisionFile, seed: Uint8Array): DecisionFile => ({
  ...file,
  signatures: mergeSignatures([...file.signatures, signDecision(seed, file.bridgeId, file.decision)]),
});

const isSameDecision = (a: DecisionFile, b: DecisionFile): boolean =>
  equal(a.bridgeId, b.bridgeId) && equal(encode(decisionCodec, a.decision), encode(decisionCodec, b.decision));

/**
 * Merges files about one decision into one with all signatures.
 * @throws RefusedError `refused/another-decision`; ProofError `proof/guardian-signature` for one
 * that is invalid
 */
export const mergeDecisionFiles = (first: DecisionFile, ...others: readonly DecisionFile[]): DecisionFile => {
  for (const other of others)
    if (!isSameDecision(first, other))
      throw new RefusedError("refused/another-decision", "expected files about one decision of one bridge");
  const isValid = (signature: GuardianSignature): boolean => isSignedBy(first.bridgeId, first.decision, signature);
  return { ...first, signatures: mergeValidSignatures([first, ...others], isValid) };
};

/**
 * Lists the guardians whose thresholds must sign: those in force, and those whom the decision
 * brings.
 */
export const signersNeeded = (inForce: Guardians, { actions }: Decision): readonly Guardians[] => [
  inForce,
  ...actions.flatMap((action) => (action.type === "guardians" ? [action.value] : [])),
];

/**
 * Completes a decision for a batch.
 * @param guardians in force
 * @throws ProofError `proof/guardian-threshold` and the others of `verifyDecision`
 */
export const completeDecision = (
  guardians: Guardians,
  { bridgeId, decision, signatures }: DecisionFile,
): SignedDecision => {
  verifyDecision(signersNeeded(guardians, decision), bridgeId, decision, signatures);
  return { decision, warrant: { type: "signatures", value: signatures } };
};
