import type { CheckpointTerm } from "./follow/checkpoint-term.js";

/** What the last look at the chains saw, so that the next one knows what is new. Losing it costs a few needless looks. */
export interface LastLook {
  /** How many accounts waited to be registered, and those that ever did and aren't yet. */
  accounts: number;
  readonly registrations: Set<string>;
  /** Decisions that were wanted, as `wantedDecisions` tells them. */
  decisions: string;
  /** Of the checkpoint. */
  term?: CheckpointTerm["state"];
  /** Withdrawals that have a job, by the transfer's id. */
  readonly withdrawals: Set<string>;
  /** Custody's. */
  sequenceNumber?: bigint;
  /** The highest index of an unpaid release. */
  newestOwed: bigint;
  /** Since when each unpaid release is owed, ms since 1970 by this machine's clock; absent before the first look. */
  owedSince?: ReadonlyMap<bigint, number>;
}

export const createLastLook = (): LastLook => ({
  accounts: 0,
  registrations: new Set(),
  decisions: "",
  withdrawals: new Set(),
  newestOwed: -1n,
});
