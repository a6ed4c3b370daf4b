/** Items that no batch takes for now: why, for people, and until when they are left out. */
import type { DepositResult } from "@pdiem/bridge/deposit/deposit-result";
import type { AbortedReleaseResult } from "@pdiem/bridge/deposit/waiting-result";
import { withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import type { WithdrawalResult } from "@pdiem/bridge/withdrawal/withdrawal-result";
import { toHex } from "@pdiem/light-client/bytes";
import type { PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { Logger } from "pino";
import { reasonOf } from "../../error.js";
import type { Simulated, WaitingTry } from "../../simulate/simulate-items.js";
import type { Deferrals } from "../../stores/deferrals.js";
import type { FeeClaims } from "../../stores/fee-claims.js";
import type { ThawRequests } from "../../stores/thaw-requests.js";
import { depositId, registrationId } from "../../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { Queues } from "../jobs.js";
import { progressOf } from "../progress.js";
import { claimName, thawName, waitingName } from "./item-name.js";

/** What is told, and where. */
export interface LeftOutParts {
  readonly bridgeId: Uint8Array;
  readonly queues: Pick<Queues, "deposit" | "withdrawal" | "registration">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "nextId">;
  readonly feeClaims: Pick<FeeClaims, "explain" | "remove">;
  readonly thawRequests: Pick<ThawRequests, "remove">;
  readonly leftOut: Deferrals<string>;
  readonly log: Pick<Logger, "info">;
}

const WITHDRAWAL_WAITS = {
  "below-minimum": "more on the account: it is below the minimum",
  "account-frozen": "the account to be thawed",
  "release-window": "room in the release window",
  "refund-not-receivable": "a payee who can be paid, or a refund account that can receive",
  "minted-to": "the next batch: this one mints to the account",
} as const;

const DEPOSIT_WAITS = {
  "mint-window": "room in the mint window",
  "refund-window": "room in the refund window",
  "return-not-receivable": "the refund account of the payout that came back to be able to receive",
  "sender-absent": "the sender's account to exist again, for its refund",
  "sender-frozen": "the sender not to be frozen any more, for its refund",
  "sender-without-currency": "the sender to hold the currency, for its refund",
  "sender-needs-attestation": "the sender to need no dual attestation, for its refund",
  "gas-price": "Diem to take transactions at gas price 0",
} as const;

const RELEASE_WAITS = {
  "mint-window": "room in the mint window: its payment aborted",
  "refund-not-receivable": "the refund account to be able to receive: its payment aborted",
  "payee-not-payable": "the payee to be payable: its payment aborted",
} as const;

/** Tells people why a deposit waits; undefined where it doesn't. */
export const depositWait = (result: DepositResult): string | undefined =>
  result.type === "waits" ? DEPOSIT_WAITS[result.reason] : undefined;

/** Tells people why an aborted release waits; undefined where it doesn't. */
export const releaseWait = (result: AbortedReleaseResult): string | undefined =>
  result.type === "waits" ? RELEASE_WAITS[result.reason] : undefined;

/** Tells people why a withdrawal waits on its account; undefined where it doesn't. */
export const withdrawalWait = (result: WithdrawalResult): string | undefined => {
  if (result.type !== "waits") return undefined;
  const { reason, unpayable } = result;
  return unpayable === undefined ? WITHDRAWAL_WAITS[reason] : `${WITHDRAWAL_WAITS[reason]} (payee: ${unpayable})`;
};

/** Names of what isn't settled, each with the reason. */
type Reasons = readonly (readonly [name: string, reason: string])[];

const reasonsOf = <T>(
  items: readonly T[],
  name: (item: T) => string,
  reason: (item: T) => string | undefined,
): Reasons =>
  items.flatMap((item) => {
    const told = reason(item);
    return told === undefined ? [] : [[name(item), told] as const];
  });

const refusal = ({ error }: { readonly error: PdiemError }): string => reasonOf(error);

const waitingTryName = ({ content: { type, value } }: WaitingTry): string =>
  waitingName(type === "deposit" ? { type, value: value.number } : { type, value: value.index });

const depositReasons = ({ waiting, deposits, refused }: Simulated): Reasons => [
  ...reasonsOf(deposits, ({ number }) => number.toString(), depositWait),
  ...waiting.flatMap((one) =>
    one.type === "deposit" ? reasonsOf([one.result], ({ number }) => number.toString(), depositWait) : [],
  ),
  ...reasonsOf(refused.deposits, ({ item }) => item.toString(), refusal),
  ...reasonsOf(refused.waiting, ({ item }) => waitingTryName(item), refusal),
];

const releaseReasons = ({ waiting }: Simulated): Reasons =>
  waiting.flatMap((one) =>
    one.type === "release"
      ? reasonsOf([one.result], ({ index }) => waitingName({ type: "release", value: index }), releaseWait)
      : [],
  );

const show = async (job: Job | undefined, waitingFor: string): Promise<"news" | undefined> => {
  if (job === undefined) return undefined;
  const progress = progressOf(job);
  await job.updateProgress({ ...progress, waitingFor });
  return progress.waitingFor === waitingFor ? undefined : "news";
};

/** Shows it of a transfer, and tells the log once. */
const showTransfer = async ({ log }: LeftOutParts, job: Job | undefined, waitingFor: string): Promise<void> => {
  if ((await show(job, waitingFor)) === "news") log.info({ transfer: job?.id, waitingFor }, "transfer waits");
};

/** Shows why items wait, and leaves them out of the next batches for a while. */
export const explainLeftOut = async (parts: LeftOutParts, simulated: Simulated): Promise<void> => {
  const { queues, bridgeId, withdrawalEnds, feeClaims, thawRequests, leftOut } = parts;
  const { refused } = simulated;
  const withdrawals = [
    ...reasonsOf(
      simulated.withdrawals,
      ({ account, currency }) => withdrawalEnds.nextId(account, currency),
      withdrawalWait,
    ),
    ...reasonsOf(
      refused.withdrawals,
      ({ item }) => withdrawalEnds.nextId(withdrawalAccount(bridgeId, item.preimage), item.currency),
      refusal,
    ),
  ];
  for (const [name, reason] of depositReasons(simulated)) {
    leftOut.defer(name);
    await showTransfer(parts, await queues.deposit.getJob(depositId(name)), reason);
  }
  for (const [name] of releaseReasons(simulated)) leftOut.defer(name);
  for (const [id, reason] of withdrawals) {
    leftOut.defer(id);
    await showTransfer(parts, await queues.withdrawal.getJob(id), reason);
  }
  for (const { item: code, error } of refused.feeClaims) {
    leftOut.defer(claimName(code));
    if (error.code === "refused/no-fees") await feeClaims.remove([code]);
    else await feeClaims.explain(code, reasonOf(error));
  }
  for (const { item, error } of refused.thaws) {
    leftOut.defer(thawName(item));
    if (error.code === "refused/not-frozen") await thawRequests.remove([item]);
  }
  for (const { item: account, error } of refused.registrations)
    await show(await queues.registration.getJob(registrationId(toHex(account))), reasonOf(error));
};
