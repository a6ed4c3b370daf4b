import { type KnownSets, NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";

/**
 * Finds the sets that a decision's evidence is to be verified by. Who went past them may remember
 * only their hashes.
 * @throws ProofError of `makeEvidenceFile`
 */
export const neededSets = (bridgeId: Uint8Array, known: KnownSets, { warrant }: SignedDecision): KnownSets =>
  warrant.type === "evidence" ? makeEvidenceFile(bridgeId, known, warrant.value).sets : NO_SETS;
