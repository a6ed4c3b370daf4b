/**
 * When blocks are made, and what time they tell. The runtime demands 6 s between timestamps but can't see the clock, so
 * blocks may follow faster than that while their time stays near the clock: within `maxDrift` of it, behind or ahead.
 */

/** All in milliseconds. */
export interface Cadence {
  /** Between blocks while extrinsics wait, as long as the drift allows. */
  readonly busyInterval: number;
  /** Between blocks when none wait; twice that while the chain's time is ahead of the clock, so that it falls back. */
  readonly idleInterval: number;
  readonly maxDrift: number;
  /** How far ahead of the clock instead, where that is to be another. */
  readonly maxLead?: number;
}

/** Well within the 5 minutes that the bridge allows between its chains: some thirty quick blocks from the start. */
export const DEFAULT_CADENCE: Cadence = { busyInterval: 2_000, idleInterval: 6_000, maxDrift: 60_000 };

/** `MinimumPeriod` of the runtime's timestamp pallet. */
export const MINIMUM_PERIOD = 6_000;

/** The timestamp of a block made now. @param parent the parent's, 0 for genesis */
export const blockTimestamp = (cadence: Cadence, parent: number, now: number): number =>
  Math.max(parent + MINIMUM_PERIOD, now - cadence.maxDrift);

export interface Situation {
  readonly lastBuiltAt: number;
  readonly parentTimestamp: number;
  readonly busy: boolean;
}

/** The time by the clock at which the next block is due. */
export const nextBlockAt = (cadence: Cadence, { lastBuiltAt, parentTimestamp, busy }: Situation): number => {
  const idle = parentTimestamp > lastBuiltAt ? 2 * cadence.idleInterval : cadence.idleInterval;
  const interval = busy ? cadence.busyInterval : idle;
  return Math.max(lastBuiltAt + interval, parentTimestamp + MINIMUM_PERIOD - (cadence.maxLead ?? cadence.maxDrift));
};
