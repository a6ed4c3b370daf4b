import { EvidenceRefusal, type Step } from "./refusal.js";

/**
 * Runs a parser over what came from outside. Whatever it throws becomes a refusal: libraries throw
 * errors of many kinds at hostile input.
 * @param expected completes "expected …", and names the part of the evidence
 * @throws EvidenceRefusal
 */
export const refuseFailures = <T>(step: Step, what: string, expected: string, parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof EvidenceRefusal) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EvidenceRefusal(step, what, `expected ${expected}: ${reason.slice(0, 200)}`, { cause: error });
  }
};
