import type { Queues } from "./queues/jobs.js";
import type { Work } from "./work.js";

/** What is known from the start, and what only once the enclave has answered. */
export interface Running {
  readonly queues: Queues;
  readonly work: () => Work | undefined;
  /** Why there is no work yet. */
  readonly waitingFor: () => string | undefined;
}
