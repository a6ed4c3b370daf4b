import { EvidenceRefusal, type Step } from "./refusal.js";

/** Refuses unless the condition holds. @throws EvidenceRefusal `evidence/<step>-<what>` */
export type Demand = (condition: boolean, what: string, message: string) => asserts condition;

/** Conditions of one step of the checks. */
export const demandIn =
  (step: Step): Demand =>
  (condition, what, message) => {
    if (!condition) throw new EvidenceRefusal(step, what, message);
  };
