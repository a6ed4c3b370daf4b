/**
 * From a suspicion to what is proven: a whole set's misbehaviour, or that of some of its members.
 */

import type { KnownSets } from "@pdiem/bridge/governance/known-sets";
import { type MisbehaviourEvidence, verifyMisbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import { makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import { doubleSigners, type LedgerInfoConflict } from "@pdiem/light-client/diem/epochs/misbehaviour";
import { isPdiemError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { Justification, SignedPrecommit } from "@pdiem/light-client/polkadot/finality/justification";
import { findEquivocations } from "@pdiem/light-client/polkadot/finality/misbehaviour";
import type { Findings } from "./findings.js";

/** Runs a check; `undefined` where the bytes prove nothing: whoever shows them may be anyone. */
export const attempt = <T>(check: () => T): T | undefined => {
  try {
    return check();
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Tells whether a check throws no PdiemError. */
export const holds = (check: () => void): boolean =>
  attempt(() => {
    check();
    return true;
  }) ?? false;

/**
 * Tells what sets that a light client went through say of evidence: `unknown` where it names
 * another one.
 */
export const standingOf = (sets: KnownSets, evidence: MisbehaviourEvidence): "proven" | "forged" | "unknown" => {
  try {
    verifyMisbehaviour(sets, evidence);
    return "proven";
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return error.code === "proof/unknown-set" ? "unknown" : "forged";
  }
};

/** @returns whether it is evidence upon which the bridge pauses */
export const judge = (
  findings: Findings,
  bridgeId: Uint8Array,
  sets: KnownSets,
  suspicion: MisbehaviourEvidence,
): boolean => {
  if (findings.hasCulprit(suspicion)) return true;
  const file = attempt(() => makeEvidenceFile(bridgeId, sets, suspicion));
  if (file !== undefined) findings.addEvidence(file);
  return file !== undefined;
};

/** Reports the validators that signed both, where it takes more of them to be evidence. */
export const reportDoubleSigners = (findings: Findings, sets: KnownSets, conflict: LedgerInfoConflict): void => {
  const { epoch } = conflict.first.ledgerInfo.commitInfo;
  const validators = sets.diem.find((state) => state.epoch === epoch);
  const most = validators?.verifier.validators.length ?? 0;
  if (validators === undefined || conflict.first.signatures.length > most || conflict.second.signatures.length > most)
    return;
  for (const signer of attempt(() => doubleSigners(validators, conflict)) ?? [])
    findings.addEquivocator({ chain: "diem", set: epoch, signer: signer.slice() });
};

/**
 * Votes of those who voted for different blocks: mostly none, so no signature needs to be looked
 * at.
 */
const contradictoryVotes = (votes: readonly SignedPrecommit[]): readonly SignedPrecommit[] => {
  const targets = new Map<string, string>();
  const conflicting = new Set<string>();
  for (const { id, precommit } of votes) {
    const [name, target] = [toHex(id), toHex(precommit.targetHash)];
    if ((targets.get(name) ?? target) !== target) conflicting.add(name);
    targets.set(name, target);
  }
  return votes.filter(({ id }) => conflicting.has(toHex(id)));
};

/** Reports the authorities that voted for two blocks in one round. */
export const reportEquivocations = (
  findings: Findings,
  set: AuthoritySet,
  first: Justification,
  ...others: readonly Justification[]
): void => {
  const { round, commit } = first;
  const sameRound = [first, ...others.filter((other) => other.round === round)];
  const precommits = contradictoryVotes(sameRound.flatMap((one) => one.commit.precommits));
  if (precommits.length > 4 * set.authorities.length) return;
  const together = { round, commit: { ...commit, precommits }, votesAncestries: [] };
  for (const { first: vote } of findEquivocations(set, together))
    findings.addEquivocator({ chain: "relay", set: set.setId, signer: vote.id.slice() });
};
