import { makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { type KnownSets, type Misbehaviour, NO_SETS } from "@pdiem/bridge/governance/misbehaviour";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";

export const evidenceAmong = (decisions: readonly SignedDecision[]): readonly Misbehaviour[] =>
  decisions.flatMap(({ warrant }) => (warrant.type === "evidence" ? [warrant.value] : []));

/**
 * The sets that decisions' evidence is to be verified by. Who went past them may remember only their hashes.
 * @throws ProofError as `makeEvidenceFile`
 */
export const neededSets = (bridgeId: Uint8Array, known: KnownSets, decisions: readonly SignedDecision[]): KnownSets =>
  evidenceAmong(decisions).reduce<KnownSets>((needed, evidence) => {
    const { diem, relay } = makeEvidenceFile(bridgeId, known, evidence).sets;
    return { diem: [...needed.diem, ...diem], relay: [...needed.relay, ...relay] };
  }, NO_SETS);
