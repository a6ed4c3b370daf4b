import { RequestError } from "../error.js";

/** What one request holds of a budget. */
export interface Lease {
  /**
   * @throws RequestError `request/busy`, status 503, where the bytes don't fit beside what all
   * requests hold
   */
  readonly take: (bytes: number) => void;
  /** Gives all of it back, once. */
  readonly release: () => void;
}

/**
 * Opens leases of bytes that all requests together hold, so that many large bodies at once can't
 * exhaust the memory.
 */
export const createBudget = (limit: number): (() => Lease) => {
  let held = 0;
  return () => {
    let mine = 0;
    return {
      take: (bytes) => {
        if (held + bytes > limit)
          throw new RequestError(503, "request/busy", "too many large requests at once: ask again soon", "backoff");
        held += bytes;
        mine += bytes;
      },
      release: () => {
        held -= mine;
        mine = 0;
      },
    };
  };
};
