import { MAX_REGISTRATIONS } from "@pdiem/bridge/settlement/items";
import { toHex } from "@pdiem/light-client/bytes";
import type { Job } from "bullmq";
import type { BridgeView } from "../sync/bridge/bridge-view.js";
import { isWellFormed } from "./job-data.js";
import type { Queues, RegistrationData, RegistrationResult } from "./jobs.js";
import { progressOf, reach } from "./progress.js";
import { Wait } from "./retry.js";

export interface RegistrationParts {
  readonly follower: { readonly view: () => Pick<BridgeView, "current"> | undefined };
}

const AGAIN_MS = 60_000;
const MOST_JOBS = 1_000;

/**
 * Finds the index of an account among the registered ones; undefined if it isn't.
 * @param account hex
 */
export const registeredIndex = ({ follower }: RegistrationParts, account: string): number | undefined => {
  const accounts = follower.view()?.current?.history.accounts ?? [];
  const index = accounts.findIndex((one) => toHex(one) === account);
  return index < 0 ? undefined : index;
};

/** Lists accounts that wait to be registered, as hex, oldest first: as many as one batch takes. */
export const waitingAccounts = async (
  parts: RegistrationParts & { readonly queues: Pick<Queues, "registration"> },
): Promise<readonly string[]> => {
  const jobs = await parts.queues.registration.getJobs(["waiting", "active", "delayed"], 0, MOST_JOBS, true);
  return jobs
    .filter((job) => isWellFormed("registration", job))
    .map((job) => job.data.account)
    .filter((account) => registeredIndex(parts, account) === undefined)
    .slice(0, MAX_REGISTRATIONS);
};

/** Follows one registration until the ledger in force has it. */
export const processRegistration =
  (parts: RegistrationParts) =>
  async (job: Job<RegistrationData, RegistrationResult>): Promise<RegistrationResult> => {
    const index = registeredIndex(parts, job.data.account);
    if (index === undefined) throw new Wait(AGAIN_MS, "a batch that registers it");
    await job.updateProgress(reach(progressOf(job), "finalized"));
    return { index };
  };
