/** What `pdiem check` has found, for people and for scripts. */
import { printable } from "@pdiem/bridge-client/guardians/describe-decision";
import type { CheckView } from "../../views/check-view.js";
import type { MendableFinding, Mended } from "./mend.js";
import type { AreaReport } from "./run.js";

export interface CheckReport {
  /** 0x-hex; undefined where the configuration isn't one. */
  readonly bridgeId: string | undefined;
  readonly areas: readonly AreaReport[];
  readonly mended: readonly Mended[];
}

/** Tells what came of it: a fault, or something that couldn't be looked at, stops a bridge. */
export const checkVerdict = ({ areas }: Pick<CheckReport, "areas">): CheckView["verdict"] => {
  const outcomes = areas.flatMap(({ findings }) => findings.map(({ outcome }) => outcome));
  if (outcomes.includes("differs")) return "faults";
  return outcomes.includes("not-shown") ? "undecided" : "ready";
};

const OUTCOMES = { ok: "ok", differs: "fault", advice: "warning", "not-shown": "not-looked-at" } as const;

/** Makes the value that `--json` writes. */
export const checkJson = (report: CheckReport): CheckView => ({
  schema: 1,
  verdict: checkVerdict(report),
  bridgeId: report.bridgeId ?? null,
  findings: report.areas.flatMap(({ area, findings }) =>
    findings.map(({ code, name, outcome, expected, found, todo, mend }) => ({
      area,
      code,
      name,
      outcome: OUTCOMES[outcome],
      expected,
      found,
      cure: outcome === "ok" ? null : (todo ?? null),
      fix: outcome === "ok" || mend === undefined ? null : mend.text,
    })),
  ),
  mended: report.mended.map(({ reason, ...rest }) => ({ ...rest, reason: reason ?? null })),
});

const detail = ({ code, name, expected, found, todo, mend }: MendableFinding): readonly string[] => [
  `  ${code}: ${name}`,
  `    expected  ${expected}`,
  `    found     ${found}`,
  ...(todo === undefined ? [] : [`    cure      ${todo}`]),
  ...(mend === undefined ? [] : [`    --fix     ${mend.text}`]),
];

const section = (title: string, findings: readonly MendableFinding[]): readonly string[] =>
  findings.length === 0 ? [] : ["", `${title} (${findings.length})`, ...findings.flatMap(detail)];

const mendedLine = ({ code, text, outcome, reason }: Mended): string =>
  `  ${outcome.padEnd(8)} ${code}: ${text}${reason === undefined ? "" : ` (${reason})`}`;

const VERDICTS: Readonly<Record<CheckView["verdict"], string>> = {
  ready: "READY: nothing is in the way.",
  faults: "NOT READY: see the faults above, each with its cure.",
  undecided: "UNDECIDED: not everything could be looked at.",
};

/** Writes what is well in a line each, then faults and warnings, each with its cure. */
export const checkLines = (report: CheckReport): readonly string[] => {
  const { areas, mended } = report;
  const all = areas.flatMap(({ findings }) => findings);
  const of = (wanted: MendableFinding["outcome"]) => all.filter(({ outcome }) => outcome === wanted);
  return [
    ...areas.flatMap(({ area, findings }) =>
      findings
        .filter(({ outcome }) => outcome === "ok")
        .map(({ name, found }) => `ok  ${area.padEnd(9)}  ${name}: ${found}`),
    ),
    ...(mended.length === 0 ? [] : ["", "Mended", ...mended.map(mendedLine)]),
    ...section("Faults", of("differs")),
    ...section("Warnings", of("advice")),
    ...section("Not looked at", of("not-shown")),
    "",
    VERDICTS[checkVerdict(report)],
  ].map(printable);
};
