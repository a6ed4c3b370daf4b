/** Whether a chain goes on, by this process's monotonic clock: a machine's time may be wrong. */
export interface ChainPulse {
  /** Notes what was proven last. @param height of the newest block, or version */
  readonly note: (height: bigint) => void;
  /** Undefined before anything was proven. */
  readonly state: () => PulseState | undefined;
}

export interface PulseState {
  readonly height: bigint;
  /** How long nothing newer was proven, ms. */
  readonly stillMs: number;
  /** How long ago the chain was last asked with success, ms. */
  readonly askedMs: number;
}

/** @param now ms, never set back */
export const createPulse = (now: () => number = () => performance.now()): ChainPulse => {
  let last: { readonly height: bigint; readonly movedAt: number; readonly askedAt: number } | undefined;
  return {
    note: (height) => {
      const at = now();
      last = { height, movedAt: last?.height === height ? last.movedAt : at, askedAt: at };
    },
    state: () =>
      last === undefined
        ? undefined
        : { height: last.height, stillMs: now() - last.movedAt, askedMs: now() - last.askedAt },
  };
};
