/** A decision on its way from guardian to guardian: made by one, signed by each, put together by anyone. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import type { Guardians } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { as, hex, hexOf, type Json, list, record } from "../json.js";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { type Action, type Decision, decision as decisionCodec } from "@pdiem/bridge/governance/decision";
import { mergeSignatures } from "@pdiem/bridge/governance/guardian-signature";
import { culpritsOf, type Misbehaviour, misbehaviourHash } from "@pdiem/bridge/governance/misbehaviour";
import {
  type GuardianSignature,
  isSignedBy,
  type SignedDecision,
  signDecision,
  verifySignatures,
} from "@pdiem/bridge/governance/signed-decision";

export interface DecisionFile {
  readonly bridgeId: Uint8Array;
  readonly decision: Decision;
  /** In order of their guardians. */
  readonly signatures: readonly GuardianSignature[];
}

/** Where a decision stands: the ledger in force, and how many others the same batch takes up before it. */
export interface DecisionPlace {
  readonly decisions: Ledger["decisions"];
  readonly before?: number;
  /** The last proven time at which it may be taken up, ms: 24 h ahead at most. */
  readonly until: bigint;
}

const MAX_DECISION_BYTES = 64 * 1024;
const MAX_SIGNATURES = 64;

const decisionJson: Json<Decision> = as(
  hex(MAX_DECISION_BYTES),
  (bytes) => decode(decisionCodec, bytes),
  (value) => encode(decisionCodec, value),
);

const decisionFileJson: Json<DecisionFile> = record<DecisionFile>({
  bridgeId: hexOf(32),
  decision: decisionJson,
  signatures: list(record<GuardianSignature>({ guardian: hexOf(32), signature: hexOf(64) }), MAX_SIGNATURES),
});

/** Reads what `formatDecisionFile` gives; checks no signature. @throws DecodeError `decode/json`, `decode/…` */
export const parseDecisionFile = (value: unknown): DecisionFile => decisionFileJson.parse(value, "decision");

/** A plain JSON value: bytes as `0x`-hex, the decision as that of its BCS. */
export const formatDecisionFile = (file: DecisionFile): unknown => decisionFileJson.format(file);

const decisionAt = ({ decisions, before = 0, until }: DecisionPlace, action: Action): Decision => ({
  number: decisions.count + BigInt(before),
  previous: decisions.hash,
  until,
  action,
});

/** A decision that nobody has signed yet. */
export const proposeDecision = (bridgeId: Uint8Array, place: DecisionPlace, action: Action): DecisionFile => ({
  bridgeId,
  decision: decisionAt(place, action),
  signatures: [],
});

/** Misbehaviour ready to be taken up: nobody needs to sign it. */
export const noticeMisbehaviour = (place: DecisionPlace, evidence: Misbehaviour): SignedDecision => {
  const notice = { culprits: culpritsOf(evidence), evidence: misbehaviourHash(evidence) };
  return {
    decision: decisionAt(place, { type: "misbehaviour", value: notice }),
    warrant: { type: "evidence", value: evidence },
  };
};

const withSignatures = (file: DecisionFile, added: readonly GuardianSignature[]): DecisionFile => ({
  ...file,
  signatures: mergeSignatures([...file.signatures, ...added]),
});

/** The file with that guardian's signature. @param seed 32 bytes */
export const addSignature = (file: DecisionFile, seed: Uint8Array): DecisionFile =>
  withSignatures(file, [signDecision(seed, file.bridgeId, file.decision)]);

const isSameDecision = (a: DecisionFile, b: DecisionFile): boolean =>
  equal(a.bridgeId, b.bridgeId) && equal(encode(decisionCodec, a.decision), encode(decisionCodec, b.decision));

/**
 * One file with all signatures of several about the same decision.
 * @throws RefusedError `refused/another-decision`; ProofError `proof/guardian-signature` for one that is invalid
 */
export const mergeDecisionFiles = (first: DecisionFile, ...others: readonly DecisionFile[]): DecisionFile => {
  for (const other of others)
    if (!isSameDecision(first, other))
      throw new RefusedError("refused/another-decision", "expected files about one decision of one bridge");
  const signatures = [first, ...others].flatMap((file) => file.signatures);
  for (const signature of signatures)
    if (!isSignedBy(first.bridgeId, first.decision, signature))
      throw new ProofError(
        "proof/guardian-signature",
        `expected a valid signature of guardian 0x${toHex(signature.guardian)}`,
      );
  return withSignatures(first, signatures);
};

/**
 * The decision with its signatures, ready to be taken up.
 * @param guardians in force
 * @throws ProofError as `verifySignatures`
 */
export const completeDecision = (
  guardians: Guardians,
  { bridgeId, decision, signatures }: DecisionFile,
): SignedDecision => {
  verifySignatures(guardians, bridgeId, decision, signatures);
  return { decision, warrant: { type: "signatures", value: signatures } };
};
