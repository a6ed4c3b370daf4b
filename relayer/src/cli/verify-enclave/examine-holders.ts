/** Everything that there is to check of enclaves that hold a key together (PROTOCOL 7a). */
import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { type Check, notShown } from "@pdiem/bridge-client/examine/check";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import { checkHolders } from "@pdiem/bridge-client/examine/holders-checks";
import type { ShownEnclave } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { reasonOf } from "../../error.js";
import { CHAIN_CHECKS, CHECKPOINT_UNSEEN, checkChains, type Examination, type Findings } from "./examine.js";
import { checkCheckpoint, governanceIn } from "./state-checks.js";

/** What one of them has shown, and what that is verified with, or why there is nothing. */
export interface ShownHolder {
  /** The slot that was asked for. */
  readonly slot: number;
  readonly shown: ShownEnclave | PdiemError;
  readonly collateral: Collateral | PdiemError;
}

export interface HoldersExamination extends Omit<Examination, "shown" | "collateral"> {
  readonly holders: readonly ShownHolder[];
  /** What they name as theirs; undefined where none has shown anything. */
  readonly groupKey: Uint8Array | undefined;
}

/** What is found of one of them. */
export interface HolderFindings extends Pick<Findings, "checks" | "verified"> {
  readonly slot: number;
  readonly shown: ShownEnclave | undefined;
}

export interface HoldersFindings extends Pick<Findings, "inForce"> {
  readonly holders: readonly HolderFindings[];
  /** What is found of all of them together, and of both chains. */
  readonly together: readonly Check[];
}

const checkOne = (
  examination: HoldersExamination,
  { slot, shown, collateral }: ShownHolder,
  inForce: Findings["inForce"],
): HolderFindings => {
  const { config, state } = examination;
  if (isPdiemError(shown))
    return {
      slot,
      checks: [notShown("enclave", `slot ${slot}'s evidence`, reasonOf(shown))],
      shown: undefined,
      verified: undefined,
    };
  const measurements = isPdiemError(state) || inForce === undefined ? (state as PdiemError) : inForce.measurements;
  const judging = { ...examination, bridgeId: bridgeIdOf(config), measurements, collateral };
  const { checks, verified } = checkEvidence(shown, judging);
  const [name, expected] = CHECKPOINT_UNSEEN;
  const checkpoint = isPdiemError(state)
    ? notShown(name, expected, reasonOf(state))
    : checkCheckpoint(config, shown.checkpoints.checkpoint, state);
  return { slot, shown, checks: [...checks, checkpoint], verified };
};

/** Makes all checks. What is wrong with what was shown is among them. */
export const examineHolders = (examination: HoldersExamination): HoldersFindings => {
  const { config, state, groupKey } = examination;
  const inForce = isPdiemError(state) ? undefined : governanceIn(config, state);
  const holders = examination.holders.map((one) => checkOne(examination, one, inForce));
  const judged = holders.flatMap(({ shown, verified }) =>
    shown === undefined ? [] : [{ share: shown.share, verified }],
  );
  const chains =
    isPdiemError(state) || inForce === undefined || groupKey === undefined
      ? CHAIN_CHECKS.map(([name, expected]) =>
          notShown(name, expected, isPdiemError(state) ? reasonOf(state) : "no key is known"),
        )
      : checkChains(examination, groupKey, state, inForce);
  return { holders, together: [...checkHolders(config, groupKey, judged), ...chains], inForce };
};
