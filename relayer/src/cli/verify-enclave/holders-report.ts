/**
 * Findings about enclaves that hold a key together, as a script reads them, and as a person does.
 */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holdersText } from "@pdiem/bridge-client/examine/holders-checks";
import { toHex } from "@pdiem/light-client/bytes";
import type { Advised } from "./advice.js";
import { advised } from "./advice.js";
import { checkLines } from "./check-lines.js";
import type { HoldersExamination, HoldersFindings } from "./examine-holders.js";
import {
  provenLines,
  runtimeLines,
  type ShownEvidence,
  type ShownState,
  shownEvidence,
  shownState,
  stateLines,
  type Verdict,
  verdictOf,
} from "./report.js";

/** One slot's enclave. */
export interface SlotReport extends ShownEvidence {
  readonly slot: number;
  /** Its class, such as `intel`. */
  readonly class: string;
  /** Absent where it has shown nothing. */
  readonly handoverKey?: string;
  readonly checks: readonly Advised[];
}

/** Bytes are hex with `0x`, numbers of either chain decimal strings, times ISO 8601. */
export interface HoldersReport extends ShownState {
  readonly verdict: Verdict;
  readonly bridgeId: string;
  /** The group key: custody's and the issuer's; absent where none has shown one. */
  readonly custodyKey?: string;
  readonly threshold: number;
  /** Drawn for this run. */
  readonly challenge: string;
  readonly slots: readonly SlotReport[];
  /** Checks of all slots together, and of both chains. */
  readonly checks: readonly Advised[];
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

const verdictOfAll = ({ holders, together }: HoldersFindings): Verdict => {
  const checks = [...holders.flatMap((one) => one.checks), ...together];
  const simulated = holders.find(({ verified }) => verified?.kind === "simulated");
  return verdictOf({ checks, verified: (simulated ?? holders[0])?.verified });
};

export const holdersReportOf = (examination: HoldersExamination, findings: HoldersFindings): HoldersReport => {
  const { config, challenge, groupKey } = examination;
  const { threshold = 1, slots: classes = [] } = config.holders ?? {};
  return {
    verdict: verdictOfAll(findings),
    bridgeId: hex(bridgeId(config)),
    ...(groupKey === undefined ? {} : { custodyKey: hex(groupKey) }),
    threshold,
    challenge: hex(challenge),
    slots: findings.holders.map(({ slot, shown, checks, verified }) => ({
      slot,
      class: classes[slot - 1] ?? "",
      ...(shown === undefined ? {} : { handoverKey: hex(shown.handoverKey) }),
      checks: checks.map(advised),
      ...shownEvidence(verified, shown?.supplement),
    })),
    checks: findings.together.map(advised),
    ...shownState(examination, findings.inForce),
  };
};

const SIMULATED =
  "SIMULATED: these enclaves prove nothing. Their hosts have the key and can take everything. For development alone.";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds:
    "HOLDS: genuine enclaves with admitted code hold shares of this bridge's key, and both chains obey that key. That nobody else holds a share, too, nothing can show.",
  simulated: `All checks hold, which says little here. ${SIMULATED}`,
  fails: "FAILS: don't trust these enclaves with money until every check above is ok.",
  undecided: "UNDECIDED: not everything could be looked at. Nothing was found wrong; try again.",
};

const slotLines = (one: SlotReport): readonly string[] => [
  "",
  `Slot ${one.slot} (${one.class})${one.handoverKey === undefined ? "" : `, hand-over key ${one.handoverKey}`}`,
  ...checkLines(one.checks),
  ...runtimeLines(one),
];

export const holdersReportText = (examination: HoldersExamination, report: HoldersReport): string => {
  const { holders } = examination.config;
  const isSimulated = report.slots.some(({ evidence }) => evidence?.kind === "simulated");
  return [
    ...(isSimulated ? [SIMULATED, ""] : []),
    `Bridge ${report.bridgeId}`,
    `Key ${report.custodyKey ?? "not known"}, held by ${holders === undefined ? "one" : holdersText(holders)}`,
    `Evidence for challenge ${report.challenge}`,
    ...provenLines(report),
    ...report.slots.flatMap(slotLines),
    "",
    "All slots, and both chains",
    ...checkLines(report.checks),
    ...stateLines(report, "these enclaves"),
    "",
    VERDICTS[report.verdict],
  ].join("\n");
};
