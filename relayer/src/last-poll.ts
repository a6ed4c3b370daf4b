import type { CheckpointTerm } from "./sync/checkpoints/checkpoint-term.js";

/**
 * What the last poll of the chains saw, so that the next one knows what is new. Losing it costs a
 * few needless polls.
 */
export interface LastPoll {
  /** How many accounts waited to be registered, and those that ever did and aren't yet. */
  accounts: number;
  readonly registrations: Set<string>;
  /** Decisions that were wanted, by their ids. */
  decisions: string;
  /** State of the checkpoint's term. */
  term?: CheckpointTerm["state"];
  /** Withdrawals that have a job, by the transfer's id. */
  readonly withdrawals: Set<string>;
  /** Custody's. */
  sequenceNumber?: bigint;
  /** When lost places of jobs were last looked for, ms of a clock that is never set back. */
  repairedAt?: number;
  /** The highest index of an unpaid release. */
  newestOwed: bigint;
  /**
   * Since when, by `monotonicNow`. Deposits by number are open, withdrawals by
   * id hold enough to be settled, releases by index are owed. Absent before the first poll.
   */
  openSince?: ReadonlyMap<bigint, number>;
  ripeSince?: ReadonlyMap<string, number>;
  owedSince?: ReadonlyMap<bigint, number>;
}

export const createLastPoll = (): LastPoll => ({
  accounts: 0,
  registrations: new Set(),
  decisions: "",
  withdrawals: new Set(),
  newestOwed: -1n,
});
