/** Runs all checks, whatever comes of any, each within its time. */
import { PdiemError } from "@pdiem/light-client/error";
import { within } from "../../within.js";
import { type Area, notLookedAt } from "./area.js";
import type { MendableFinding } from "./mend.js";

/** What one area was found to be. */
export interface AreaReport {
  readonly area: string;
  readonly findings: readonly MendableFinding[];
}

const EXPECTED = "to be looked at";

const lookAt = async <C>({ name, look }: Area<C>, context: C, timeoutMs: number): Promise<AreaReport> => {
  const late = new PdiemError(
    "check/timeout",
    `it took longer than ${timeoutMs / 1000} s; --timeout gives it more`,
    "later",
  );
  const looking = look(context).catch((error: unknown) => [notLookedAt(name, EXPECTED, error)]);
  return { area: name, findings: await within(timeoutMs, looking, [notLookedAt(name, EXPECTED, late)]) };
};

/** One fault shows in several places: it is told where it shows first. */
const withoutRepeated = (reports: readonly AreaReport[]): readonly AreaReport[] => {
  const told = new Map<string, string>();
  for (const { area, findings } of reports)
    for (const { code, outcome } of findings) if (outcome !== "ok" && !told.has(code)) told.set(code, area);
  return reports.map(({ area, findings }) => ({
    area,
    findings: findings.filter(({ code, outcome }) => outcome === "ok" || told.get(code) === area),
  }));
};

/** Runs them all at once. @param timeoutMs that each may take */
export const runAreas = async <C>(
  areas: readonly Area<C>[],
  context: C,
  timeoutMs: number,
): Promise<readonly AreaReport[]> =>
  withoutRepeated(await Promise.all(areas.map((area) => lookAt(area, context, timeoutMs))));
