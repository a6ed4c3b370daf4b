import type { Queues } from "./jobs/jobs.js";
import type { PausedQueues } from "./jobs/paused-queues.js";
import type { Pauses } from "./jobs/pauses.js";
import type { Work } from "./jobs/work.js";
import type { Obstacles } from "./readiness/obstacle.js";
import type { HolderBlame } from "./signing/holder-record.js";
import type { Holding } from "./sync/enclave/holding.js";

/** What is known from the start, and what only once the enclave has answered. */
export interface Running {
  readonly queues: Queues;
  /**
   * Tells whether Redis answers. Without it nothing is known of jobs, and nothing can be handed in.
   */
  readonly isRedisThere: () => boolean;
  /** Finds all that keeps the relayer from its work now. */
  readonly readiness: () => Obstacles;
  /** Tells what those that hold the key said last, and what is amiss with them. */
  readonly holding: () => Holding;
  /** Tells how each slot has done; empty where one enclave holds the key. */
  readonly blame: () => ReadonlyMap<number, HolderBlame>;
  readonly pausedQueues: PausedQueues["all"];
  /** Pauses queues and lets them go on, with who did it and why. */
  readonly pauses: Pauses;
  readonly work: () => Work | undefined;
  /** Tells why there is no work yet. */
  readonly waitingFor: () => string | undefined;
}
