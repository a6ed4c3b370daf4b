import { isDeepStrictEqual } from "node:util";
import type { Policy, VerifiedEvidence } from "@pdiem/bridge-client/attestation/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import type { Input } from "./subject.js";

export type Verify = (input: Input) => VerifiedEvidence;

/**
 * What became of an input.
 * - refused: by a typed refusal, with its code;
 * - same: accepted with the very result of the unchanged input, so that nothing which is relied on
 *   was changed;
 * - admitted: accepted with another result, of a vendor's own statements, that is all that the
 *   policy asks;
 * - wrong: anything else.
 */
export type Verdict =
  | { readonly outcome: "refused"; readonly code: string }
  | { readonly outcome: "same" }
  | { readonly outcome: "admitted" }
  | { readonly outcome: "wrong"; readonly what: string };

const matches = (allowed: Readonly<Record<string, string>>, found: VerifiedEvidence["measurements"]): boolean =>
  Object.entries(allowed).every(([name, value]) => found[name] === value);

const isAdmitted = (
  policy: Policy,
  now: number,
  { kind, measurements, tcb, reportData, platform, validity }: VerifiedEvidence,
): boolean => {
  const tee = policy[kind];
  if (tee === undefined || !tee.measurements.some((allowed) => matches(allowed, measurements))) return false;
  if (policy.reportData !== "any" && !isDeepStrictEqual(reportData, policy.reportData)) return false;
  if (!(validity.from <= now && now <= validity.until)) return false;
  if ("platforms" in tee && tee.platforms !== "any" && !tee.platforms.includes(platform ?? "")) return false;
  if (!("statuses" in tee)) return true;
  return tcb !== undefined && tcb.status !== "Revoked" && tee.statuses.includes(tcb.status);
};

/**
 * @param unchanged what the input gives as it was
 * @param isGenuine whether only a vendor could have made the change, so that another result may be
 * right
 */
export const judge = (verify: Verify, input: Input, unchanged: VerifiedEvidence, isGenuine: boolean): Verdict => {
  try {
    const result = verify(input);
    if (isDeepStrictEqual(result, unchanged)) return { outcome: "same" };
    return isGenuine && isAdmitted(input.policy, input.now, result)
      ? { outcome: "admitted" }
      : { outcome: "wrong", what: "accepted, with another result than before" };
  } catch (error) {
    if (error instanceof EvidenceRefusal && error.code.startsWith(`evidence/${error.step}-`))
      return { outcome: "refused", code: error.code };
    return {
      outcome: "wrong",
      what: `an error of another kind: ${error instanceof Error ? error.stack : String(error)}`,
    };
  }
};
