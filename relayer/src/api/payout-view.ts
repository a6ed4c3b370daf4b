import { z } from "zod";
import type { Queues } from "../jobs/jobs.js";
import { payoutId } from "../jobs/jobs.js";
import { type ReleaseStatus, releaseStatus } from "../jobs/release-status.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import type { ReleaseEnds } from "../sync/transfers/release-ends.js";
import type { PayoutView } from "../views/transfer-view.js";
import type { ObstructedParts } from "./wait-of-all.js";

export interface PayoutParts extends ObstructedParts {
  readonly payouts: Pick<PayoutWatch, "get" | "unpaid">;
  readonly releaseEnds: Pick<ReleaseEnds, "get">;
  readonly queues: Pick<Queues, "payout">;
}

const STATES: { readonly [S in ReleaseStatus]: PayoutView["state"] } = {
  owed: "owed",
  paid: "paid",
  aborted: "aborted",
  done: "ended",
};

const progress = z.object({ waitingFor: z.string().optional() });

const ABORTED = "a batch that settles it anew: its payment aborted on Diem";

/**
 * Finds why no payment can be made now, as the job says that pays from the lowest unpaid release
 * on.
 */
export const payoutWait = async ({ payouts, queues, follower }: PayoutParts): Promise<string | undefined> => {
  const history = follower.view()?.current?.history;
  const [next] = history === undefined ? [] : payouts.unpaid(history);
  const job = next === undefined ? undefined : await queues.payout.getJob(payoutId(next));
  return progress.safeParse(job?.progress).data?.waitingFor;
};

/** Says what payments wait for, however many are shown. */
export interface WaitSight {
  readonly wait: () => string | undefined;
  readonly payoutWait: () => Promise<string | undefined>;
}

/** Shows what has become of a release. */
export const viewPayout = async (parts: PayoutParts, sight: WaitSight, release: number): Promise<PayoutView> => {
  const { follower, payouts } = parts;
  const history = follower.view()?.current?.history;
  const status = history === undefined ? "owed" : releaseStatus(history, payouts, BigInt(release));
  const version = payouts.get(BigInt(release))?.version.toString();
  const own = status === "aborted" ? ABORTED : status === "owed" ? await sight.payoutWait() : undefined;
  const wait = status === "aborted" || status === "owed" ? (sight.wait() ?? own) : undefined;
  return {
    release,
    state: STATES[status],
    ...(version === undefined ? {} : { version }),
    ...(wait === undefined ? {} : { waitingFor: wait }),
  };
};

/**
 * Follows a refund to the release that it is owed as by now: one whose payment aborted is released
 * anew.
 */
export const latestRelease = ({ releaseEnds }: Pick<PayoutParts, "releaseEnds">, release: number): number => {
  let latest = release;
  for (let end = releaseEnds.get(BigInt(latest)); end?.type === "released-anew"; end = releaseEnds.get(BigInt(latest)))
    latest = end.release;
  return latest;
};
