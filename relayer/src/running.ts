import type { Queues } from "./jobs/jobs.js";
import type { Work } from "./jobs/work.js";

/** What is known from the start, and what only once the enclave has answered. */
export interface Running {
  readonly queues: Queues;
  /**
   * Tells whether Redis answers. Without it nothing is known of jobs, and nothing can be handed in.
   */
  readonly isRedisThere: () => boolean;
  readonly work: () => Work | undefined;
  /** Tells why there is no work yet. */
  readonly waitingFor: () => string | undefined;
}
