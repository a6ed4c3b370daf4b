import { isPdiemError } from "@pdiem/light-client/error";

/**
 * How many items a batch holds at most. They are fewer once one with as many was too large for the
 * enclave or a node.
 */
export interface BatchSize {
  readonly most: () => number;
  /**
   * Halves it, after a batch of so many items that was too large. False where it can't hold fewer.
   */
  readonly halve: (held: number) => boolean;
  /** Lets it come back by an eighth, after one that took effect. */
  readonly grow: () => void;
}

const STEPS = 8;

/** @param most of the items of a batch, ever */
export const createBatchSize = (most: number): BatchSize => {
  let now = most;
  return {
    most: () => now,
    halve: (held) => {
      if (held <= 1) return false;
      now = Math.max(1, Math.floor(Math.min(now, held) / 2));
      return true;
    },
    grow: () => {
      now = Math.min(most, now + Math.ceil(now / STEPS));
    },
  };
};

/**
 * Tells whether a request was too large for the enclave. That is its body, or a list of proofs that
 * has a bound.
 */
export const isTooLarge = (error: unknown): boolean =>
  isPdiemError(error) ? error.code === "request/too-large" : error instanceof RangeError;
