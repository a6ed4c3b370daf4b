import type { Roots } from "@pdiem/enclave-verifier/roots";
import type { HandoverKey } from "../handover-key.js";
import type { Drawing } from "./drawn.js";

/** What makes a process one end of a hand-over; nothing of it is ever stored. */
export interface Process {
  readonly handover: HandoverKey;
  readonly drawing: Drawing;
  /** Whom evidence of the other side must lead up to. */
  readonly roots: Roots;
}
