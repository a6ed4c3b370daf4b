import { toHex } from "@pdiem/light-client/bytes";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import type { RegistrationData, RegistrationResult } from "./jobs.js";
import { progressOf, reach } from "./progress.js";
import { Wait } from "./retry.js";

const LOOK_AGAIN_MS = 60_000;

/** Index of an account among the registered ones; undefined if it isn't. */
export const registeredIndex = ({ follower }: BridgeContext, account: string): number | undefined => {
  const accounts = follower.view()?.current?.history.accounts ?? [];
  const index = accounts.findIndex((one) => toHex(one) === account);
  return index < 0 ? undefined : index;
};

/** Follows one registration until the ledger in force has it. */
export const processRegistration =
  (context: BridgeContext) =>
  async (job: Job<RegistrationData, RegistrationResult>): Promise<RegistrationResult> => {
    const index = registeredIndex(context, job.data.account);
    if (index === undefined) throw new Wait(LOOK_AGAIN_MS, "a batch that registers it");
    await job.updateProgress(reach(progressOf(job), "finalized"));
    return { index };
  };
