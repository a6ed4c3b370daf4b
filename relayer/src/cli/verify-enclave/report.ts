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

/** Bytes are hex with `0x`, numbers of either chain decimal strings, times ISO 8601. */
export interface Report {
  readonly verdict: Verdict;
  readonly bridgeId: string;
  readonly custodyKey: string;
  readonly handoverKey: string;
  /** Drawn for this run. */
  readonly challenge: string;
  /** What everything was proven at; absent where the chains couldn't be looked at. */
  readonly provenAt?: { readonly block: number; readonly diemVersion: string };
  readonly checks: readonly Advised[];
  /** Registers without `0x`, as the verifier gives them; absent where the evidence doesn't hold. */
  readonly evidence?: Pick<VerifiedEvidence, "kind" | "measurements" | "platform" | "tcb"> & {
    readonly holdsUntil: string;
  };
  /** What makes up the RTMR3 of a guest under dstack, a line an event. */
  readonly runtimeEvents: readonly string[];
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

export const verdictOf = ({ checks, verified }: Pick<Findings, "checks" | "verified">): Verdict => {
  if (checks.some(({ outcome }) => outcome === "failed")) return "fails";
  if (checks.some(({ outcome }) => outcome === "not-shown")) return "undecided";
  return verified?.kind === "simulated" ? "simulated" : "holds";
};

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

const evidenceOf = ({ kind, measurements, platform, tcb, validity }: VerifiedEvidence): Report["evidence"] => ({
  kind,
  measurements,
  platform,
  tcb,
  holdsUntil: new Date(validity.until).toISOString(),
});

export const reportOf = ({ config, challenge, shown, state }: Examination, findings: Findings): Report => {
  const { checks, verified, inForce } = findings;
  const evidence = verified === undefined ? undefined : evidenceOf(verified);
  const common = {
    verdict: verdictOf(findings),
    bridgeId: hex(bridgeId(config)),
    custodyKey: hex(shown.custodyKey),
    handoverKey: hex(shown.handoverKey),
    challenge: hex(challenge),
    checks: checks.map(advised),
    ...(evidence === undefined ? {} : { evidence }),
    runtimeEvents: verified === undefined ? [] : describeRuntimeEvents(verified, shown.supplement),
  };
  if (isPdiemError(state) || inForce === undefined)
    return { ...common, inForce: [], delayed: [], decisions: [], holders: [] };
  const { facts, told } = state;
  return {
    ...common,
    provenAt: { block: facts.parachain.number, diemVersion: facts.diem.version.toString() },
    inForce: describeInForce(inForce),
    delayed: told === undefined ? [] : describeDelayed(config, inForce, told.ledger.active),
    decisions: told === undefined ? [] : describeDecisions(config, told.decisions),
    holders: describeHolders(config, told === undefined ? [] : decidedHandovers(config, told)),
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

export const reportText = (report: Report): string => {
  const { verdict, evidence, provenAt, checks, runtimeEvents, inForce, delayed, decisions, holders } = report;
  return [
    ...(evidence?.kind === "simulated" ? [SIMULATED, ""] : []),
    `Bridge ${report.bridgeId}`,
    `Enclave's key ${report.custodyKey}, hand-over key ${report.handoverKey}`,
    `Evidence for challenge ${report.challenge}`,
    ...(provenAt === undefined
      ? []
      : [`Chains proven at parachain block ${provenAt.block} and Diem version ${provenAt.diemVersion}`]),
    "",
    ...checkLines(checks),
    ...section("What RTMR3 is made of:", runtimeEvents),
    ...section("In force:", inForce),
    ...section("Delayed:", delayed),
    ...section("Guardians' decisions:", decisions),
    ...section("Who may hold the key beside this enclave:", holders),
    "",
    VERDICTS[verdict],
  ].join("\n");
};
