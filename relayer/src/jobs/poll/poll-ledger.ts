/**
 * What a poll does once the ledger has moved on. It tells the jobs of whatever that has come to
 * contain.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import type { FeeClaims } from "../../stores/fee-claims.js";
import type { CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { claimedFees } from "../../sync/transfers/claimed-fees.js";
import type { DepositEnds } from "../../sync/transfers/deposit-ends.js";
import type { ReleaseEnds } from "../../sync/transfers/release-ends.js";
import { registrationId } from "../../sync/transfers/transfer-id.js";
import type { Burned } from "../../sync/transfers/withdrawal-ends.js";
import { type Queues, wakeJob } from "../jobs.js";
import { type DepositPollParts, wakeEnded } from "./poll-deposits.js";
import { tellBurned, type WithdrawalPollParts } from "./poll-withdrawals.js";

export type LedgerPollParts = DepositPollParts &
  WithdrawalPollParts & {
    readonly config: BridgeConfig;
    readonly depositEnds: DepositEnds;
    readonly releaseEnds: ReleaseEnds;
    readonly feeClaims: Pick<FeeClaims, "remove">;
    readonly queues: Pick<Queues, "deposit" | "withdrawal" | "registration">;
  };

/** What a ledger has ended since the last poll. */
export interface Ends {
  /** By number. */
  readonly deposits: readonly bigint[];
  readonly withdrawals: readonly Burned[];
  /** Aborted ones, by index. */
  readonly releases: readonly bigint[];
}

/**
 * Takes in what the ledger in force has ended. At once, as whoever asks meanwhile sees that ledger
 * already.
 */
export const takeInEnds = (
  { depositEnds, withdrawalEnds, releaseEnds }: LedgerPollParts,
  current: CurrentLedger,
): Ends => ({
  deposits: depositEnds.update(current),
  withdrawals: withdrawalEnds.update(current),
  releases: releaseEnds.update(current),
});

/**
 * What was read of a whole journal: each job finds out for itself what happened while nobody
 * polled.
 */
const startJobs = async ({ queues, log }: LedgerPollParts, { history, records }: CurrentLedger): Promise<void> => {
  const [genesis] = history.batches;
  const first = genesis === undefined ? undefined : records.get(toHex(genesis.anchor));
  // What an operator whose nodes don't keep everything writes into the configuration, or another's
  // has to be given.
  log.info({ batches: history.batches.length, firstBlock: first?.block }, "the bridge's history is read");
  await queues.deposit.promoteJobs();
  await queues.withdrawal.promoteJobs();
  await queues.registration.promoteJobs();
};

const tellSince = async (parts: LedgerPollParts, before: CurrentLedger, { history }: CurrentLedger): Promise<void> => {
  const { queues, lastPoll, feeClaims, config } = parts;
  const { batches, accounts } = history;
  // Before there is a job for the ledger in force: it would claim them again.
  await feeClaims.remove(claimedFees(config, batches, before.history.batches.length));
  for (const account of accounts.slice(before.history.accounts.length)) {
    lastPoll.registrations.delete(toHex(account));
    await wakeJob(queues.registration, registrationId(toHex(account)));
  }
};

/**
 * Tells the jobs whose transfers and registrations the ledger has come to contain since `before`.
 */
export const pollLedger = async (
  parts: LedgerPollParts,
  before: CurrentLedger | undefined,
  current: CurrentLedger,
  ends: Ends,
): Promise<void> => {
  if (before === undefined) await startJobs(parts, current);
  else {
    await wakeEnded(parts, ends.deposits);
    await tellSince(parts, before, current);
  }
  await tellBurned(parts, current, ends.withdrawals, ends.releases, before === undefined);
};
