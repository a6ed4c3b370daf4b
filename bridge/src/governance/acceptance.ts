/** Which decisions a batch may take up. */
import { equal } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import type { Attestation } from "../config/attestation-policy.js";
import { checkAdmission } from "../config/attestation-check.js";
import { checkCurrency, checkGuardians } from "../config/config-check.js";
import { RefusedError } from "../error.js";
import type { Ledger } from "../ledger/ledger.js";
import { checkMeasurement } from "../config/measurement.js";
import type { Decision, MeasurementRule, MisbehaviourNotice } from "./decision.js";
import { type InForce, isSameMeasurement } from "./in-force.js";
import { type Limits, withLimits } from "./limits.js";
import {
  type Culprit,
  culpritName,
  culpritsOf,
  type KnownSets,
  type Misbehaviour,
  mayBeKnown,
  misbehaviourHash,
  verifyMisbehaviour,
} from "./misbehaviour.js";
import { type SignedDecision, verifySignatures } from "./signed-decision.js";

/** How far ahead `until` may lie, ms: a decision signed today can't lie in wait. */
const MAX_VALIDITY = 24n * 3_600_000n;

/** What a batch takes decisions up by. */
export interface Basis {
  readonly bridgeId: Uint8Array;
  /** Of the configuration. */
  readonly attestation: Attestation;
  /** Of the ledger in force. */
  readonly decisions: Ledger["decisions"];
  /** The block's, ms. */
  readonly time: bigint;
  /** What is in force before the batch: its guardians must have signed. */
  readonly before: InForce;
  readonly isFrozen: boolean;
  readonly sets: KnownSets;
}

const refuse = (code: string, message: string, retry: "never" | "later" = "never"): never => {
  throw new RefusedError(`refused/${code}`, message, retry);
};

/** @param place in the batch, from 0 */
const checkPlace = ({ decisions, time }: Basis, { number, previous, until }: Decision, place: bigint): void => {
  const expected = decisions.count + place;
  if (number !== expected) refuse("decision-number", `expected decision ${expected}, got ${number}: sign it anew`);
  if (!equal(previous, decisions.hash))
    refuse("decision-previous", "expected a decision signed over the chain of the ledger in force: sign it anew");
  if (time > until) refuse("decision-expired", `expected a decision valid at ${time}, it was until ${until}`);
  if (until > time + MAX_VALIDITY)
    refuse("decision-until", `expected a decision valid for 24 h at most, until ${time + MAX_VALIDITY}, got ${until}`);
};

const namesOf = (culprits: readonly Culprit[]): string => culprits.map(culpritName).join(" or ");

const checkEvidence = (
  { sets }: Basis,
  { misbehaved }: InForce,
  { culprits, evidence: hash }: MisbehaviourNotice,
  evidence: Misbehaviour,
): void => {
  if (!equal(misbehaviourHash(evidence), hash) || namesOf(culpritsOf(evidence)) !== namesOf(culprits))
    throw new ProofError("proof/evidence", "expected the evidence that the decision names");
  if (mayBeKnown(misbehaved, evidence))
    refuse("known-misbehaviour", `expected misbehaviour of sets that aren't known for it, got ${namesOf(culprits)}`);
  verifyMisbehaviour(sets, evidence);
};

const checkWarrant = (basis: Basis, state: InForce, { decision, warrant }: SignedDecision): void => {
  const { action } = decision;
  if (action.type === "misbehaviour" && warrant.type === "evidence")
    checkEvidence(basis, state, action.value, warrant.value);
  else if (action.type !== "misbehaviour" && warrant.type === "signatures")
    verifySignatures(basis.before.guardians, basis.bridgeId, decision, warrant.value);
  else
    throw new ProofError("proof/warrant", `expected evidence of misbehaviour, or signatures of guardians for the rest`);
};

const checkLimits = ({ currencies }: InForce, limits: Limits): void => {
  const currency = currencies.find(({ code }) => code === limits.currency);
  checkCurrency(
    currency === undefined
      ? refuse("unknown-currency", `expected limits of a bridged currency, got ${limits.currency}`)
      : withLimits(currency, limits),
  );
};

/** What stays allowed when all that is decided has run its delay must not be empty. */
const checkRetirement = ({ measurements, delayed }: InForce, { measurement }: MeasurementRule): void => {
  const retired = delayed.flatMap(({ action }) =>
    action.type === "measurement" && !action.value.isAllowed ? [action.value.measurement] : [],
  );
  const left = measurements.filter((one) => ![measurement, ...retired].some((gone) => isSameMeasurement(one, gone)));
  if (left.length === 0)
    refuse("last-measurement", "expected at least one measurement to stay allowed: let another one come into force");
};

const checkMeasurementRule = ({ attestation }: Basis, state: InForce, rule: MeasurementRule): void => {
  checkMeasurement(rule.measurement);
  if (rule.isAllowed) checkAdmission(attestation, state.measurements, rule.measurement);
  else checkRetirement(state, rule);
};

/** @param state what is in force, or decided, before this very decision */
const checkAction = (basis: Basis, state: InForce, { action }: Decision): void => {
  switch (action.type) {
    case "resume":
      if (!state.paused && !basis.isFrozen)
        refuse("not-paused", "expected a bridge that is paused or frozen to resume");
      break;
    case "thaw":
      if (!basis.isFrozen) refuse("not-frozen", "expected a frozen asset to thaw", "later");
      break;
    case "limits":
      checkLimits(state, action.value);
      break;
    case "guardians":
      checkGuardians(action.value);
      break;
    case "measurement":
      checkMeasurementRule(basis, state, action.value);
      break;
    case "pause":
    case "profile":
    case "misbehaviour":
    case "handover":
      break;
  }
};

/**
 * @param state what the batch's decisions before this one have made of `basis.before`
 * @param place of the decision in its batch, from 0
 * @throws RefusedError `refused/decision-number`, `refused/decision-previous`, `refused/decision-expired`,
 * `refused/decision-until`, `refused/known-misbehaviour`, `refused/not-paused`, `refused/not-frozen`,
 * `refused/unknown-currency`, `refused/last-measurement`, `refused/mixed-measurements`, `refused/config-…`; ProofError `proof/warrant`,
 * `proof/evidence`, and as `verifySignatures` and `verifyMisbehaviour`
 */
export const checkDecision = (basis: Basis, state: InForce, signed: SignedDecision, place: bigint): void => {
  checkPlace(basis, signed.decision, place);
  checkWarrant(basis, state, signed);
  checkAction(basis, state, signed.decision);
};
