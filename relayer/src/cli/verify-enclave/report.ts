/** Findings as a script reads them, and as a person does. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { printable } from "@pdiem/bridge-client/guardians/describe-decision";
import { decidedHandovers, describeHolders } from "@pdiem/bridge-client/guardians/handover-history";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { type Advised, advised } from "./advice.js";
import { checkLines } from "./check-lines.js";
import { describeDecisions, describeDelayed, describeInForce } from "./describe-governance.js";
import type { Examination, Findings } from "./examine.js";
import { describeRuntimeEvents } from "./runtime-events.js";

/**
 * What follows from all checks. `simulated`: all hold, of an enclave that keeps nothing from its
 * host.
 */
export type Verdict = "holds" | "simulated" | "fails" | "undecided";

/** What an enclave is, in words and registers. */
export interface ShownEvidence {
  /** Registers without `0x`, as the verifier gives them; absent where the evidence doesn't hold. */
  readonly evidence?: Pick<VerifiedEvidence, "kind" | "measurements" | "platform" | "tcb"> & {
    readonly holdsUntil: string;
  };
  /** What makes up the RTMR3 of a guest under dstack, a line an event. */
  readonly runtimeEvents: readonly string[];
}

/** Where the bridge stands, in words. */
export interface ShownState {
  /** What everything was proven at; absent where the chains couldn't be looked at. */
  readonly provenAt?: { readonly block: number; readonly diemVersion: string };
  /** What counts now by configuration and decisions, in words, a line each. */
  readonly inForce: readonly string[];
  /** What was decided and isn't in force yet. */
  readonly delayed: readonly string[];
  readonly decisions: readonly string[];
  /**
   * Who may hold the key beside this enclave: a line for those before genesis, and for each
   * hand-over ever decided.
   */
  readonly holders: readonly string[];
}

/** Bytes are hex with `0x`, numbers of either chain decimal strings, times ISO 8601. */
export interface Report extends ShownEvidence, ShownState {
  readonly verdict: Verdict;
  readonly bridgeId: string;
  readonly custodyKey: string;
  readonly handoverKey: string;
  /** Drawn for this run. */
  readonly challenge: string;
  readonly checks: readonly Advised[];
}

export const verdictOf = ({ checks, verified }: Pick<Findings, "checks" | "verified">): Verdict => {
  if (checks.some(({ outcome }) => outcome === "failed")) return "fails";
  if (checks.some(({ outcome }) => outcome === "not-shown")) return "undecided";
  return verified?.kind === "simulated" ? "simulated" : "holds";
};

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

const evidenceOf = ({
  kind,
  measurements,
  platform,
  tcb,
  validity,
}: VerifiedEvidence): NonNullable<Report["evidence"]> => ({
  kind,
  measurements,
  platform,
  tcb,
  holdsUntil: new Date(validity.until).toISOString(),
});

/** Writes what evidence shows. @param supplement what came with it, whatever it is */
export const shownEvidence = (
  verified: VerifiedEvidence | undefined,
  supplement: Uint8Array | undefined,
): ShownEvidence =>
  verified === undefined
    ? { runtimeEvents: [] }
    : { evidence: evidenceOf(verified), runtimeEvents: describeRuntimeEvents(verified, supplement) };

/** Writes where the bridge stands. */
export const shownState = (
  { config, state }: Pick<Examination, "config" | "state">,
  inForce: Findings["inForce"],
): ShownState => {
  if (isPdiemError(state) || inForce === undefined) return { inForce: [], delayed: [], decisions: [], holders: [] };
  const { facts, told } = state;
  return {
    provenAt: { block: facts.parachain.number, diemVersion: facts.diem.version.toString() },
    inForce: describeInForce(inForce),
    delayed: told === undefined ? [] : describeDelayed(config, inForce, told.ledger.active),
    decisions: told === undefined ? [] : describeDecisions(config, told.decisions),
    holders: describeHolders(config, told === undefined ? [] : decidedHandovers(config, told)),
  };
};

export const reportOf = (examination: Examination, findings: Findings): Report => {
  const { config, challenge, shown } = examination;
  const { checks, verified, inForce } = findings;
  return {
    verdict: verdictOf(findings),
    bridgeId: hex(bridgeId(config)),
    custodyKey: hex(shown.custodyKey),
    handoverKey: hex(shown.handoverKey),
    challenge: hex(challenge),
    checks: checks.map(advised),
    ...shownEvidence(verified, shown.supplement),
    ...shownState(examination, inForce),
  };
};

const SIMULATED =
  "SIMULATED: this enclave proves nothing. Its host has the key and can take everything. For development alone.";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds: "HOLDS: a genuine enclave with admitted code has this bridge's key, and both chains obey that key.",
  simulated: `All checks hold, which says little here. ${SIMULATED}`,
  fails: "FAILS: don't trust this enclave with money until every check above is ok.",
  undecided: "UNDECIDED: not everything could be looked at. Nothing was found wrong; try again.",
};

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((one) => printable(`  ${one}`))];

/** Writes at what both chains were proven, a line. */
export const provenLines = ({ provenAt }: ShownState): readonly string[] =>
  provenAt === undefined
    ? []
    : [`Chains proven at parachain block ${provenAt.block} and Diem version ${provenAt.diemVersion}`];

/**
 * Writes what guardians have made of the bridge.
 * @param beside whom its holders are named beside
 */
export const stateLines = ({ inForce, delayed, decisions, holders }: ShownState, beside: string): readonly string[] => [
  ...section("In force:", inForce),
  ...section("Delayed:", delayed),
  ...section("Guardians' decisions:", decisions),
  ...section(`Who may hold the key beside ${beside}:`, holders),
];

/** Writes what makes up RTMR3. */
export const runtimeLines = ({ runtimeEvents }: ShownEvidence): readonly string[] =>
  section("What RTMR3 is made of:", runtimeEvents);

export const reportText = (report: Report): string => {
  const { verdict, evidence, checks } = report;
  return [
    ...(evidence?.kind === "simulated" ? [SIMULATED, ""] : []),
    `Bridge ${report.bridgeId}`,
    `Enclave's key ${report.custodyKey}, hand-over key ${report.handoverKey}`,
    `Evidence for challenge ${report.challenge}`,
    ...provenLines(report),
    "",
    ...checkLines(checks),
    ...runtimeLines(report),
    ...stateLines(report, "this enclave"),
    "",
    VERDICTS[verdict],
  ].join("\n");
};
