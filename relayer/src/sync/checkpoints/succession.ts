/**
 * From the checkpoint that an enclave keeps to a newer one, also where guardians have changed
 * meanwhile (PROTOCOL 6).
 */
import { checkpointMessage } from "@pdiem/bridge/checkpoint/checkpoint";
import type { CheckpointStep, SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { verifySomeSigners } from "@pdiem/bridge/governance/guardian-signature";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import type { History } from "@pdiem/bridge-client/journal/history";
import { isPdiemError } from "@pdiem/light-client/error";

const isSignedBy = (bridgeId: Uint8Array, sets: readonly Signers[], one: SignedCheckpoint): boolean => {
  try {
    verifySomeSigners(sets, checkpointMessage(bridgeId, one.checkpoint), one.signatures);
    return true;
  } catch (error) {
    if (isPdiemError(error)) return false;
    throw error;
  }
};

const broughtBy = ({ decision }: SignedDecision): Signers | undefined => {
  const change = decision.actions.find(({ type }) => type === "guardians");
  if (change?.type !== "guardians") return undefined;
  const { keys, threshold } = change.value;
  return { keys, threshold };
};

/** Finds the newest decision that brings whoever signed a checkpoint. */
const decisionFor = (
  bridgeId: Uint8Array,
  named: readonly Signers[],
  one: SignedCheckpoint,
  decisions: History["decisions"],
): SignedDecision | undefined =>
  decisions.findLast(({ decision }) => {
    const brought = broughtBy(decision);
    return brought !== undefined && isSignedBy(bridgeId, [...named, brought], one);
  })?.decision;

/** What is known beside the two checkpoints. */
export interface SuccessionSources {
  readonly config: Pick<BridgeConfig, "guardians">;
  readonly bridgeId: Uint8Array;
  /** Undefined before genesis, when nobody can have changed. */
  readonly history: Pick<History, "checkpoints" | "decisions"> | undefined;
}

/**
 * Lists the steps that lead from the kept checkpoint to the newest: those of the journal at which
 * signers changed. With each comes the decision that brings its signers, where the one before
 * doesn't name them.
 * @param kept undefined for the configuration
 */
export const stepsTo = (
  { config: { guardians }, bridgeId, history }: SuccessionSources,
  kept: SignedCheckpoint | undefined,
  newest: CheckpointStep,
): readonly CheckpointStep[] => {
  const { time } = newest.signed.checkpoint;
  const from = kept?.checkpoint.time ?? 0n;
  const between = (history?.checkpoints ?? []).filter(
    ({ checkpoint }) => checkpoint.time > from && checkpoint.time < time,
  );
  let named: readonly Signers[] = kept?.checkpoint.signers ?? [
    { keys: guardians.keys, threshold: guardians.threshold },
  ];
  return [...between, newest.signed].map((signed) => {
    const given = signed === newest.signed ? newest.decision : undefined;
    const decision = isSignedBy(bridgeId, named, signed)
      ? given
      : (given ?? decisionFor(bridgeId, named, signed, history?.decisions ?? []));
    named = signed.checkpoint.signers;
    return { signed, decision };
  });
};
