/** Checks as a person reads them. */
import type { Check } from "@pdiem/bridge-client/examine/check";
import { printable } from "@pdiem/bridge-client/guardians/describe-decision";
import { type Advised, advised } from "./advice.js";

const MARKS: Readonly<Record<Check["outcome"], string>> = {
  ok: "ok       ",
  failed: "FAILED   ",
  "not-shown": "not shown",
};

const linesOf = ({ name, outcome, expected, found, advice }: Advised): readonly string[] => {
  const told = outcome === "ok" ? found : `expected ${expected}; ${outcome === "failed" ? "came" : "but"} ${found}`;
  const first = printable(`${MARKS[outcome]}  ${name}: ${told}`.replaceAll(/\s*\n\s*/g, " "));
  return advice === undefined ? [first] : [first, `           what to do: ${advice}`];
};

/** Writes checks, a line each, and under what failed what to do. */
export const checkLines = (checks: readonly Check[]): readonly string[] => checks.map(advised).flatMap(linesOf);
