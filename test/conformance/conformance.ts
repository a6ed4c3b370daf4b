/** Runs every case of a folder of fixtures. */
import { attestationFixtures } from "./attestation.js";
import { type ConformanceCase, type ConformancePart, errorText, unknownCase } from "./conformance-case.js";
import { diemRecordings } from "./diem-recordings.js";
import { diemVectors } from "./diem-vectors.js";
import { polkadotFixtures } from "./polkadot.js";
import { type CaseResult, runCase } from "./run-case.js";

export const PARTS: readonly ConformancePart[] = [diemVectors, diemRecordings, polkadotFixtures, attestationFixtures];

/**
 * The cases of one part; undefined when the folder doesn't have it. A part that can't be read is
 * one failing case.
 */
export const casesOf = async (
  part: ConformancePart,
  folder: string,
): Promise<readonly ConformanceCase[] | undefined> => {
  try {
    return await part.cases(folder);
  } catch (error) {
    return [unknownCase(part.name, errorText(error))];
  }
};

/** Results as they come; for a part that is missing, its name as `skipped`. */
export async function* run(folder: string): AsyncGenerator<CaseResult | { readonly skipped: string }> {
  for (const part of PARTS) {
    const cases = await casesOf(part, folder);
    if (cases === undefined) yield { skipped: part.name };
    else for (const one of cases) yield await runCase(one);
  }
}
