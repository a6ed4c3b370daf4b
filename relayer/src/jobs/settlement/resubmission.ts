/** Keeps what is looked after at every block from being handed to a node as often. */
export interface Resubmission {
  /**
   * Tells whether it wasn't handed over lately; from then on it was.
   * @param hash of a transaction or an extrinsic
   */
  readonly isDue: (hash: string) => boolean;
  /** Retracts what was handed over last and wasn't taken: it is due at once. */
  readonly retract: () => void;
}

/** @param againMs until the same is due again; anything else is at once */
export const createResubmission = (againMs: number, now: () => number = Date.now): Resubmission => {
  let last: { readonly hash: string; readonly at: number } | undefined;
  return {
    isDue: (hash) => {
      if (last?.hash === hash && now() - last.at < againMs) return false;
      last = { hash, at: now() };
      return true;
    },
    retract: () => {
      last = undefined;
    },
  };
};
