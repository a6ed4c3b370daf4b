/** Everything that there is to check of an enclave from outside, by what it and both chains have shown. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { CurrentLedger } from "@pdiem/bridge/governance/in-force";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { checkAssets } from "./asset-checks.js";
import { type Check, notShown, reasonOf } from "./check.js";
import { checkCustody } from "./custody-checks.js";
import { checkEvidence } from "./evidence-checks.js";
import type { ShownEnclave } from "./shown-enclave.js";
import { type BridgeState, checkCheckpoint, checkLedger, checkTimes, governanceIn } from "./state-checks.js";

export interface Examination {
  readonly config: BridgeConfig;
  readonly challenge: Uint8Array;
  readonly shown: ShownEnclave;
  /** Each, or why it couldn't be had. */
  readonly state: BridgeState | PdiemError;
  readonly collateral: Collateral | PdiemError;
  /** Milliseconds since 1970, of a clock that whoever asks trusts. */
  readonly now: number;
  /** The vendors' without. */
  readonly roots?: Roots;
}

export interface Findings {
  readonly checks: readonly Check[];
  /** What the evidence shows, where it holds. */
  readonly verified: VerifiedEvidence | undefined;
  /** By the configuration and the decisions proven; undefined where the chains couldn't be looked at. */
  readonly current: CurrentLedger | undefined;
}

const CHAIN_CHECKS: readonly (readonly [name: string, expected: string])[] = [
  ["custody", "custody on Diem under the enclave's key alone"],
  ["assets", "Owner, Issuer and Admin the enclave, Freezer the guardians"],
  ["ledger", "a ledger whose anchor is on the parachain"],
  ["time", "both chains within maxSkew of this machine's clock"],
  ["checkpoint", "the guardians' word for both chains' sets"],
];

const checkChains = (
  { config, shown, now }: Examination,
  bridgeId: Uint8Array,
  state: BridgeState,
  current: CurrentLedger,
): readonly Check[] => {
  const { custodyKey, checkpoint } = shown;
  const { diem, parachain } = state.facts;
  return [
    ...checkCustody(config, custodyKey, diem),
    ...checkAssets(config, custodyKey, current.guardians.freezer, parachain),
    checkLedger(config, bridgeId, custodyKey, state),
    checkTimes(config, state.facts, now),
    checkCheckpoint(config, checkpoint, state),
  ];
};

/** Never throws over what it was shown: what is wrong with it is among the checks. */
export const examine = (examination: Examination): Findings => {
  const { config, shown, state } = examination;
  const bridgeId = bridgeIdOf(config);
  if (isPdiemError(state)) {
    const { checks, verified } = checkEvidence(shown, { ...examination, bridgeId, measurements: state });
    const unseen = CHAIN_CHECKS.map(([name, expected]) => notShown(name, expected, reasonOf(state)));
    return { checks: [...checks, ...unseen], verified, current: undefined };
  }
  const current = governanceIn(config, state);
  const { checks, verified } = checkEvidence(shown, { ...examination, bridgeId, measurements: current.measurements });
  return { checks: [...checks, ...checkChains(examination, bridgeId, state, current)], verified, current };
};
