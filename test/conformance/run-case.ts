import { type ConformanceCase, errorText } from "./conformance-case.js";

export interface CaseResult {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
}

/** Runs one case; an exception is a failure. */
export const runCase = async ({ name, check }: ConformanceCase): Promise<CaseResult> => {
  try {
    const { expected, got } = await check();
    return { name, expected, got, ok: expected === got };
  } catch (error) {
    return { name, expected: "a result", got: errorText(error), ok: false };
  }
};
