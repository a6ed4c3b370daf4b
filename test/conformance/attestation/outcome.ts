import { outcome } from "@pdiem/light-client/testing/outcome";
import { type ConformanceCase, equality, unknownCase } from "../conformance-case.js";
import { refusalOf, verdictOf } from "./expectation.js";

/**
 * The case of an item's outcome.
 * @param admitting verifies under the policy that admits the item if anything does
 * @param byDefault verifies under a policy without exceptions
 */
export const outcomeCase = (
  name: string,
  expected: string,
  admitting: () => unknown,
  byDefault: () => unknown,
): ConformanceCase => {
  const verdict = verdictOf(expected);
  if (verdict === undefined) return unknownCase(name, `an expectation of unknown form: ${expected}`);
  if (verdict === "accept") return equality(name, "accepted", () => outcome(admitting));
  const refusal = refusalOf(expected);
  return equality(name, refusal ?? "refused", () => {
    const code = outcome(verdict === "reject" ? admitting : byDefault);
    return refusal !== undefined || code === "accepted" ? code : "refused";
  });
};
