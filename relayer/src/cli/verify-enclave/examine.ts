/**
 * Everything that there is to check of an enclave from outside, by what it and both chains have
 * shown.
 */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { checkAssets } from "@pdiem/bridge-client/examine/asset-checks";
import { type Check, notShown } from "@pdiem/bridge-client/examine/check";
import { checkCustody } from "@pdiem/bridge-client/examine/custody-checks";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import type { ShownEnclave } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { reasonOf } from "../../error.js";
import { type BridgeChains, checkCheckpoint, checkLedger, checkTimes, governanceIn } from "./state-checks.js";

export interface Examination {
  readonly config: BridgeConfig;
  readonly challenge: Uint8Array;
  readonly shown: ShownEnclave;
  /** Both chains, or why they couldn't be proven. */
  readonly state: BridgeChains | PdiemError;
  /** What the evidence is verified with, or why there is none. */
  readonly collateral: Collateral | PdiemError;
  /** By a clock that whoever asks trusts, ms since 1970. */
  readonly now: number;
  /** Left out, the vendors'. */
  readonly roots?: Roots;
}

export interface Findings {
  readonly checks: readonly Check[];
  /** What the evidence shows, where it holds. */
  readonly verified: VerifiedEvidence | undefined;
  /** What is in force; undefined where the chains couldn't be proven. */
  readonly inForce: GovernanceState | undefined;
}

export const CHECKPOINT_UNSEEN = [
  "checkpoint",
  "the guardians' word for both chains' sets and the running runtime",
] as const;

/** What there is to check of both chains, whoever holds the key. */
export const CHAIN_CHECKS: readonly (readonly [name: string, expected: string])[] = [
  ["custody", "custody on Diem under the enclave's key alone"],
  ["assets", "Owner, Issuer and Admin the enclave, Freezer the guardians"],
  ["ledger", "a ledger whose anchor is on the parachain"],
  ["time", "both chains within maxSkew of this machine's clock"],
];

/** Checks whether both chains obey a key. */
export const checkChains = (
  { config, now }: Pick<Examination, "config" | "now">,
  custodyKey: Uint8Array,
  state: BridgeChains,
  { guardians }: GovernanceState,
): readonly Check[] => {
  const { diem, parachain } = state.facts;
  return [
    ...checkCustody(config, custodyKey, diem),
    ...checkAssets(config, { issuer: custodyKey, freezer: guardians.freezer }, parachain),
    checkLedger(config, custodyKey, state),
    checkTimes(config, state.facts, now),
  ];
};

/**
 * Makes all checks. It never throws over what it was shown: what is wrong with it is among the
 * checks.
 */
export const examine = (examination: Examination): Findings => {
  const { config, shown, state } = examination;
  const bridgeId = bridgeIdOf(config);
  if (isPdiemError(state)) {
    const { checks, verified } = checkEvidence(shown, { ...examination, bridgeId, measurements: state });
    const unseen = [...CHAIN_CHECKS, CHECKPOINT_UNSEEN].map(([name, expected]) =>
      notShown(name, expected, reasonOf(state)),
    );
    return { checks: [...checks, ...unseen], verified, inForce: undefined };
  }
  const inForce = governanceIn(config, state);
  const { checks, verified } = checkEvidence(shown, { ...examination, bridgeId, measurements: inForce.measurements });
  const chains = checkChains(examination, shown.custodyKey, state, inForce);
  const checkpoint = checkCheckpoint(config, shown.checkpoints.checkpoint, state);
  return { checks: [...checks, ...chains, checkpoint], verified, inForce };
};
