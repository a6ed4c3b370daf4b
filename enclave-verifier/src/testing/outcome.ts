import { EvidenceRefusal } from "../refusal.js";

/**
 * Gives "accepted", or the code of the refusal. Errors of other kinds are thrown on: no evidence
 * may cause one.
 */
export const outcome = (verify: () => unknown): string => {
  try {
    verify();
    return "accepted";
  } catch (error) {
    if (error instanceof EvidenceRefusal) return error.code;
    throw error;
  }
};
