import { PdiemError } from "@pdiem/light-client/error";

/** The checks of evidence, in the order in which they are made. */
export type Step = "format" | "chain" | "revocation" | "collateral" | "binding" | "signature" | "tcb" | "policy";

/**
 * Evidence that doesn't show what it should. `step` is the check that failed; codes are
 * `evidence/<step>-…`.
 */
export class EvidenceRefusal extends PdiemError {
  override readonly name = "EvidenceRefusal";
  constructor(
    readonly step: Step,
    what: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`evidence/${step}-${what}`, message, "never", options);
  }
}
