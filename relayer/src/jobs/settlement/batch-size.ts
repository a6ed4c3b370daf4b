import { isPdiemError } from "@pdiem/light-client/error";

/**
 * How many items a batch holds at most: fewer once one with as many was too large for the enclave
 * or a node.
 */
export interface BatchSize {
  readonly most: () => number;
  /** Halves it, after a batch that was too large. False where it can't hold fewer. */
  readonly halve: () => boolean;
  /** Doubles it, after one that wasn't. */
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

/**
 * Tells whether a request was too large for the enclave: its body, or a list of proofs that has a
 * bound.
 */
export const isTooLarge = (error: unknown): boolean =>
  isPdiemError(error) ? error.code === "request/too-large" : error instanceof RangeError;
