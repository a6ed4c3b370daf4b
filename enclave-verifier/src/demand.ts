import { EvidenceRefusal, type Step } from "./refusal.js";

/**
 * Refuses unless the condition holds.
 * @param message a function where writing it takes long, as times do
 * @throws EvidenceRefusal `evidence/<step>-<what>`
 */
export type Demand = (condition: boolean, what: string, message: string | (() => string)) => asserts condition;

/** Conditions of one step of the checks. */
export const demandIn =
  (step: Step): Demand =>
  (condition, what, message) => {
    if (!condition) throw new EvidenceRefusal(step, what, typeof message === "string" ? message : message());
  };
