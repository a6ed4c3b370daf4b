import type { Job } from "bullmq";
import type { Follower } from "../sync/bridge/follower.js";
import { transferOfRelease } from "../sync/transfers/transfer-of-release.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import { JOB_DATA } from "./job-data.js";

export interface AboutParts {
  readonly follower: Pick<Follower, "view">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "ofRelease">;
}

/** What a job is about, as the log and the API name it. */
export interface AboutJob {
  readonly transfer?: string;
  /** Index of the first release that it pays. */
  readonly release?: string;
  /** Hash of the batch that it has signed. */
  readonly batch?: string;
}

/** Says what the payment of a release is about. @param release its index, decimal */
export const aboutPayout = ({ follower, withdrawalEnds }: AboutParts, release: string): AboutJob => {
  const history = follower.view()?.current?.history;
  const transfer = history === undefined ? undefined : transferOfRelease(history, withdrawalEnds, BigInt(release));
  return { release, ...(transfer === undefined ? {} : { transfer }) };
};

/** Says what a job is about; nothing of one that holds what its like don't. */
export const aboutJob = (
  parts: AboutParts,
  { queueName, id, data }: Pick<Job, "queueName" | "id" | "data">,
): AboutJob => {
  switch (queueName) {
    case "deposit":
    case "withdrawal":
      return id === undefined ? {} : { transfer: id };
    case "payout": {
      const payout = JOB_DATA.payout.safeParse(data).data;
      return payout === undefined ? {} : aboutPayout(parts, payout.from);
    }
    case "settlement": {
      const batch = JOB_DATA.settlement.safeParse(data).data?.batch;
      return batch === undefined ? {} : { batch: batch.hash };
    }
    default:
      return {};
  }
};
