/** Evidence holds the votes of whole sets: what they cost, no other request waits for. */
import type { KnownSets } from "@pdiem/bridge/governance/known-sets";
import type { MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import { type SignatureBatch, verifyAhead } from "@pdiem/light-client/crypto/ed25519";
import { quorumSignatures } from "@pdiem/light-client/diem/epochs/quorum";
import { isPdiemError } from "@pdiem/light-client/error";
import { voteSignatures } from "@pdiem/light-client/polkadot/finality/finality-signatures";

/** Lists the signatures of each half that known sets say whose they must be. */
const halves = (
  known: KnownSets,
  { type, value }: MisbehaviourEvidence,
): readonly (() => Iterable<SignatureBatch>)[] => {
  if (type === "relay")
    return [value.lower, value.higher].flatMap(({ setId, justification }) => {
      const set = known.relay.find((one) => one.setId === setId);
      return set === undefined ? [] : [() => voteSignatures(set, justification)];
    });
  const { epoch } = value.first.ledgerInfo.commitInfo;
  const validators = known.diem.find((state) => state.epoch === epoch);
  return validators === undefined
    ? []
    : [value.first, value.second].map((signed) => () => [quorumSignatures(validators, signed)]);
};

/**
 * Checks on the platform's other threads the signatures that `verifyMisbehaviour` is about to
 * check, no more than make a quorum. Changes nothing, and refuses nothing: that does.
 */
export const verifyEvidenceAhead = async (known: KnownSets, evidence: MisbehaviourEvidence): Promise<void> => {
  for (const signatures of halves(known, evidence))
    try {
      await verifyAhead(signatures(), evidence.type === "diem");
    } catch (error) {
      if (!isPdiemError(error)) throw error;
    }
};
