/** Items that no batch takes for now: why, for people, and until when they are left out. */

import { withdrawalAccount } from "@pdiem/bridge/withdrawal/addresses";
import type { DepositOutcome } from "@pdiem/bridge/deposit/settle-deposit";
import type { WithdrawalOutcome } from "@pdiem/bridge/withdrawal/settle-withdrawal";
import { toHex } from "@pdiem/light-client/bytes";
import type { PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import type { Trial } from "../simulate/simulate-items.js";
import { claimName } from "./fee-claims.js";
import { depositId, registrationId } from "./jobs.js";
import { progressOf } from "./progress.js";
import { reasonOf } from "./retry.js";

const WAITS_FOR = {
  "below-minimum": "more on the account: it is below the minimum",
  "account-frozen": "the account to be thawed",
  "release-window": "room in the release window",
  "no-refund-account": "a payee who can be paid: there is no refund account",
  "refund-not-receivable": "a payee who can be paid, or a refund account that can receive",
} as const;

const depositWait = (outcome: DepositOutcome): string | undefined =>
  outcome.type === "open" ? `room in the ${outcome.window} window` : undefined;

const withdrawalWait = (outcome: WithdrawalOutcome): string | undefined => {
  if (outcome.type !== "waits") return undefined;
  const { reason, unpayable } = outcome;
  return unpayable === undefined ? WAITS_FOR[reason] : `${WAITS_FOR[reason]} (payee: ${unpayable})`;
};

const show = async (job: Job | undefined, waitingFor: string): Promise<void> => {
  if (job !== undefined) await job.updateProgress({ ...progressOf(job), waitingFor });
};

type Waiting = readonly (readonly [name: string, waitingFor: string])[];

const waiting = <T>(items: readonly T[], name: (item: T) => string, reason: (item: T) => string | undefined): Waiting =>
  items.flatMap((item) => {
    const told = reason(item);
    return told === undefined ? [] : [[name(item), told] as const];
  });

const refusal = ({ error }: { readonly error: PdiemError }): string => reasonOf(error);

/** Shows why items wait, and leaves them out of the next batches for a while. */
export const explainLeftOut = async (context: BridgeContext, trial: Trial): Promise<void> => {
  const { queues, bridgeId, withdrawalEnds, feeClaims, leftOut } = context;
  const { refused } = trial;
  const deposits = [
    ...waiting(trial.outcomes, ({ number }) => number.toString(), depositWait),
    ...waiting(refused.deposits, ({ item }) => item.number.toString(), refusal),
  ];
  const withdrawals = [
    ...waiting(
      trial.withdrawalOutcomes,
      ({ account, currency }) => withdrawalEnds.nextId(account, currency),
      withdrawalWait,
    ),
    ...waiting(
      refused.withdrawals,
      ({ item }) => withdrawalEnds.nextId(withdrawalAccount(bridgeId, item.preimage), item.currency),
      refusal,
    ),
  ];
  for (const [number, waitingFor] of deposits) {
    leftOut.defer(number);
    await show(await queues.deposit.getJob(depositId(number)), waitingFor);
  }
  for (const [id, waitingFor] of withdrawals) {
    leftOut.defer(id);
    await show(await queues.withdrawal.getJob(id), waitingFor);
  }
  for (const { item: code, error } of refused.feeClaims) {
    leftOut.defer(claimName(code));
    if (error.code === "refused/no-fees") await feeClaims.remove([code]);
    else await feeClaims.explain(code, reasonOf(error));
  }
  for (const { item: account, error } of refused.registrations)
    await show(await queues.registration.getJob(registrationId(toHex(account))), reasonOf(error));
};
