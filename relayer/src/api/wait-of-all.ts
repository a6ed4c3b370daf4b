import { obstruction, type Readiness } from "../readiness/readiness.js";
import { type StandstillParts, standstill } from "../readiness/standstill.js";

/** What tells that something holds up all transfers. */
export interface ObstructedParts extends StandstillParts {
  readonly readiness: Readiness;
}

/**
 * Says what all transfers wait for; undefined while they go on. Guardians and Diem's treasury are
 * named first: nothing else helps then.
 */
export const waitOfAll = (parts: ObstructedParts): string | undefined =>
  standstill(parts) ?? obstruction(parts.readiness());
