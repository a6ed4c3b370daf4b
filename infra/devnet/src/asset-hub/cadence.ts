/**
 * When blocks are made, and what time they tell. The runtime demands some 6 s between timestamps
 * but can't see the clock. So blocks may follow faster while their time stays within `maxDrift` of
 * the clock, behind or ahead.
 */

/** `MinimumPeriod` of the timestamp pallet of statemine 900. */
export const MINIMUM_PERIOD = 6_000;

/** All in milliseconds. */
export interface Cadence {
  /** Between blocks while extrinsics wait, as long as the drift allows. */
  readonly busyInterval: number;
  /**
   * Between blocks when none wait. It is twice that while the chain's time is ahead of the clock,
   * so that it falls back.
   */
  readonly idleInterval: number;
  readonly maxDrift: number;
  /** Between blocks' timestamps: what the runtime demands at least. */
  readonly blockPeriod: number;
  /** How far ahead of the clock instead, where that is to be another. */
  readonly maxLead?: number;
}

/**
 * Well within the 5 minutes that the bridge allows between its chains: some thirty quick blocks
 * from the start.
 */
export const DEFAULT_CADENCE: Cadence = {
  busyInterval: 2_000,
  idleInterval: 6_000,
  maxDrift: 60_000,
  blockPeriod: MINIMUM_PERIOD,
};

/**
 * Gives the timestamp of a block made now.
 * @param parent the parent's, 0 for genesis
 */
export const blockTimestamp = (cadence: Cadence, parent: number, now: number): number =>
  Math.max(parent + cadence.blockPeriod, now - cadence.maxDrift);

export interface Situation {
  readonly lastBuiltAt: number;
  readonly parentTimestamp: number;
  readonly busy: boolean;
}

/** Gives the time by the clock at which the next block is due. */
export const nextBlockAt = (cadence: Cadence, { lastBuiltAt, parentTimestamp, busy }: Situation): number => {
  const idle = parentTimestamp > lastBuiltAt ? 2 * cadence.idleInterval : cadence.idleInterval;
  const interval = busy ? cadence.busyInterval : idle;
  return Math.max(
    lastBuiltAt + interval,
    parentTimestamp + cadence.blockPeriod - (cadence.maxLead ?? cadence.maxDrift),
  );
};
