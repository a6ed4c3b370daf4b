/** What a set-up on a chain is, against what the bridge needs, and what to do about it. */
import { printable } from "@pdiem/bridge-client/guardians/describe-decision";
import { PdiemError } from "@pdiem/light-client/error";
import type { Output } from "../output.js";

/**
 * One thing that was looked at. `advice`: the bridge works so, but somebody will miss it.
 * `not-shown`: it couldn't be looked at.
 */
export interface Finding {
  /** Stable, for programs, such as `custody/role`; the same whatever came of it. */
  readonly code: string;
  readonly name: string;
  readonly outcome: "ok" | "differs" | "advice" | "not-shown";
  readonly expected: string;
  readonly found: string;
  /** What to do, where it isn't as it should be. */
  readonly todo?: string;
}

type Make = (code: string, name: string, holds: boolean, expected: string, found: string, todo: string) => Finding;

const makes =
  (otherwise: Finding["outcome"]): Make =>
  (code, name, holds, expected, found, todo) =>
    holds ? { code, name, outcome: "ok", expected, found } : { code, name, outcome: otherwise, expected, found, todo };

/** Makes a finding of something that the bridge can't do without. */
export const need: Make = makes("differs");

/** Makes a finding of something that people will miss. */
export const wish: Make = makes("advice");

const MARKS: Readonly<Record<Finding["outcome"], string>> = {
  ok: "ok       ",
  differs: "DIFFERS  ",
  advice: "advice   ",
  "not-shown": "not shown",
};

/** Writes a finding, and under it what to do. */
export const findingLines = ({ name, outcome, expected, found, todo }: Finding): readonly string[] => {
  const told = outcome === "ok" ? found : `expected ${expected}; it is ${found}`;
  const first = printable(`${MARKS[outcome]}  ${name}: ${told}`);
  return todo === undefined ? [first] : [first, printable(`           what to do: ${todo}`)];
};

/** `advice` alone doesn't keep a bridge from starting. */
export type SetUpVerdict = "ready" | "differs" | "undecided";

export const setUpVerdict = (findings: readonly Finding[]): SetUpVerdict => {
  if (findings.some(({ outcome }) => outcome === "differs")) return "differs";
  return findings.some(({ outcome }) => outcome === "not-shown") ? "undecided" : "ready";
};

/** What was checked, by whose word, and what came of it. */
export interface SetUpReport {
  /** Such as `assets`. */
  readonly subject: string;
  /** Where it was read: a proven block or version, or a node's word for it. */
  readonly source: string;
  readonly findings: readonly Finding[];
}

/**
 * Tells findings, as text or as JSON.
 * @throws PdiemError `set-up/differs`; `set-up/undecided`, `later`
 */
export const tellFindings = (
  { subject, source, findings }: SetUpReport,
  output: Output,
  json: boolean | undefined,
): void => {
  const verdict = setUpVerdict(findings);
  if (json === true) output.out(JSON.stringify({ verdict, source, findings }));
  else {
    output.out(`${source}\n\n${findings.flatMap(findingLines).join("\n")}`);
    if (verdict === "ready") output.out(`\nREADY: ${subject} are as the bridge needs them.`);
  }
  if (verdict === "differs")
    throw new PdiemError("set-up/differs", `${subject} aren't as the bridge needs them: see above`, "never");
  if (verdict === "undecided")
    throw new PdiemError("set-up/undecided", `not everything about ${subject} could be looked at: see above`, "later");
};
