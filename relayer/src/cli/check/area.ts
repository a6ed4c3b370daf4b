/** A part of a set-up that is looked at by itself, and what its looks have in common. */
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { reasonOf } from "../../error.js";
import { codeOf, faultOf } from "../../fault.js";
import type { Obstacle, Obstacles } from "../../readiness/obstacle.js";
import type { Finding } from "../set-up/finding.js";

export interface Area<Context> {
  readonly name: string;
  readonly look: (context: Context) => Promise<readonly Finding[]>;
}

const ofObstacle = (outcome: "differs" | "advice", name: string, expected: string, obstacle: Obstacle): Finding => {
  const { code, text, todo } = obstacle;
  return { code, name, outcome, expected, found: text, todo };
};

/** Makes findings of what readiness says, by its own codes and words. None is that all is well. */
export const ofObstacles = (
  { code, name, expected, found }: Omit<Finding, "outcome" | "todo">,
  { obstacles, warnings }: Obstacles,
): readonly Finding[] => {
  const findings = [
    ...obstacles.map((one) => ofObstacle("differs", name, expected, one)),
    ...warnings.map((one) => ofObstacle("advice", name, expected, one)),
  ];
  return obstacles.length > 0 ? findings : [{ code, name, outcome: "ok", expected, found }, ...findings];
};

/** Says what couldn't be looked at, and why: for which there is a fault of its own. */
export const notLookedAt = (area: string, expected: string, error: unknown): Finding => ({
  code: `${area}/not-looked-at`,
  name: area,
  outcome: "not-shown",
  expected,
  found: textOf(error),
});

/** Writes an error with its code. */
export const textOf = (error: unknown): string => {
  const fault: PdiemError | undefined = faultOf(error);
  if (fault !== undefined) return reasonOf(fault);
  return `${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}`;
};

/** Takes what was thrown on purpose, or by the system; a defect is thrown on. */
export const faultIn = (error: unknown): PdiemError => {
  const fault = isPdiemError(error) ? error : faultOf(error);
  if (fault === undefined) throw error;
  return fault;
};
