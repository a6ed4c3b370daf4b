/** What guardians have made of a bridge, in words. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { foldDue } from "@pdiem/bridge/governance/fold-due";
import { type GovernanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { dateOf, describeAction, describeDecision } from "@pdiem/bridge-client/guardians/describe-decision";
import type { TakenDecision } from "@pdiem/bridge-client/journal/history";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { durationText } from "../duration.js";

/** The newest; who needs older ones has the journal. */
const MAX_DESCRIBED = 50;

const describeTaken = (
  config: BridgeConfig,
  { decision: { decision }, ledger }: TakenDecision,
  before: GovernanceState,
): readonly string[] => {
  try {
    return describeDecision(decision, config, foldDue(config, before, ledger.active));
  } catch (error) {
    // A journal is data: what no batch could have taken may stand in it.
    if (isPdiemError(error)) return [`a decision that can't be read: ${error.code}`];
    throw error;
  }
};

/** Writes each decision that was taken, the oldest first. */
export const describeDecisions = (config: BridgeConfig, decisions: readonly TakenDecision[]): readonly string[] => {
  const from = Math.max(0, decisions.length - MAX_DESCRIBED);
  return [
    ...(from > 0 ? [`(${from} older ones)`] : []),
    ...decisions.slice(from).flatMap((taken, i) => {
      const place = from + i;
      const before = decisions[place - 1]?.state ?? initialGovernance(config);
      const [first = "", ...rest] = describeTaken(config, taken, before);
      return [`${place + 1}. ${first}; taken ${dateOf(taken.ledger.time)}`, ...rest.map((line) => `  ${line}`)];
    }),
  ];
};

/**
 * Writes what isn't in force yet, with the active time that it still waits.
 * @param active the ledger's, ms
 */
export const describeDelayed = (config: BridgeConfig, governance: GovernanceState, active: bigint): readonly string[] =>
  governance.delayed.flatMap(({ action, due }) => [
    ...describeAction(action, { config, governance }),
    `  IN FORCE IN ${durationText(due > active ? due - active : 0n)} of active time, unless it is cancelled before.`,
  ]);

/** Writes what counts now. */
export const describeInForce = (state: GovernanceState): readonly string[] => {
  const { paused, amnesty, guardians, measurements } = state;
  return [
    paused ? "PAUSED: nothing but decisions is signed" : "not paused",
    ...(amnesty ? ["amnesty: settlements thaw whichever account anyone asks for"] : []),
    `guardians: ${guardians.threshold} of ${guardians.keys.length} must sign`,
    ...guardians.keys.map((key) => `  0x${toHex(key)}`),
    `their account, Freezer of every asset: 0x${toHex(guardians.freezer)}`,
    "code that may hold the key:",
    ...measurements.map(({ tee, value }) => `  ${tee} 0x${toHex(value)}`),
  ];
};
