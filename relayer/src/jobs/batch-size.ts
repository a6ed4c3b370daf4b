import { isPdiemError } from "@pdiem/light-client/error";

/** How many items a batch holds at most: fewer once a request with as many was too large for the enclave. */
export interface BatchSize {
  readonly most: () => number;
  /** After a request that was too large. False where it can't hold fewer. */
  readonly halve: () => boolean;
  /** After one that wasn't: the next may hold twice as many again. */
  readonly grow: () => void;
}

/** @param most of the items of a batch, ever */
export const createBatchSize = (most: number): BatchSize => {
  let now = most;
  return {
    most: () => now,
    halve: () => {
      if (now === 1) return false;
      now = Math.floor(now / 2);
      return true;
    },
    grow: () => {
      now = Math.min(most, 2 * now);
    },
  };
};

/** The enclave's bounds on a body, and on the values in it. */
const TOO_LARGE = ["request/too-large", "request/json-items"];

export const isTooLarge = (error: unknown): boolean => isPdiemError(error) && TOO_LARGE.includes(error.code);
