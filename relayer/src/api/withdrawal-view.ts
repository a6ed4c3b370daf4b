import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import type { Queues } from "../jobs/jobs.js";
import { progressOf } from "../jobs/progress.js";
import { governanceAt } from "../sync/bridge/governance.js";
import type { WithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import type { Burned, WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { Holding, WithdrawalWatch } from "../sync/transfers/withdrawal-watch.js";
import type { PayoutView, TransferView, WithdrawalDataView, WithdrawalEndView } from "../views/transfer-view.js";
import { USUAL_WAIT } from "../views/usual-wait.js";
import { type PayoutParts, viewPayout } from "./payout-view.js";
import { type ObstructedParts, waitOfAll } from "./wait-of-all.js";

export type WithdrawalViewParts = PayoutParts &
  ObstructedParts & {
    readonly config: BridgeConfig;
    readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
    readonly withdrawalEnds: Pick<WithdrawalEnds, "get" | "nextId">;
    readonly withdrawalAccounts: Pick<WithdrawalAccounts, "get">;
    readonly queues: Pick<Queues, "withdrawal" | "payout">;
  };

const holdingOf = ({ withdrawals, withdrawalEnds }: WithdrawalViewParts, id: string): Holding | undefined =>
  withdrawals.holdings().find(({ account, currency }) => withdrawalEnds.nextId(account, currency) === id);

/** What is on an account now: why it isn't in a batch yet. */
const waitOf = ({ config, follower }: WithdrawalViewParts, held: Holding | undefined): string | undefined => {
  const current = follower.view()?.current;
  if (held === undefined || current === undefined) return undefined;
  const place = config.currencies.findIndex(({ code }) => code === held.currency);
  const minimum = governanceAt(config, current).limits.currencies[place]?.minimum;
  if (minimum === undefined || held.balance >= minimum) return undefined;
  return `${minimum - held.balance} ${held.currency} more on the account: the minimum is ${minimum}`;
};

const dataOf = (
  { withdrawalAccounts }: WithdrawalViewParts,
  burned: Burned | undefined,
  held: Holding | undefined,
): WithdrawalDataView | undefined => {
  const account = burned?.account ?? (held === undefined ? undefined : toHex(held.account));
  const currency = burned?.currency ?? held?.currency;
  const preimage = account === undefined ? undefined : withdrawalAccounts.get(account)?.preimage;
  if (account === undefined || currency === undefined || preimage === undefined) return undefined;
  const { payee, subaddress, refundAccount } = preimage;
  return {
    account,
    currency,
    amount: burned?.amount ?? (held?.balance ?? 0n).toString(),
    payee: toHex(payee),
    ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
    refundAccount: toHex(refundAccount),
  };
};

const endOf = (
  { releaseEnds }: WithdrawalViewParts,
  burned: Burned,
  payout: PayoutView | undefined,
): WithdrawalEndView | undefined => {
  const { batch, block, amount } = burned;
  if (burned.type === "given-back") return { outcome: "given-back", batch, block, to: burned.to, amount };
  const { release } = burned;
  if (payout?.state === "paid") return { outcome: "paid", batch, block, release, amount };
  const aborted = releaseEnds.get(BigInt(release));
  if (aborted?.type !== "given-back") return undefined;
  return {
    outcome: "given-back",
    batch: aborted.batch,
    block: aborted.block,
    to: aborted.to,
    amount: aborted.amount,
  };
};

/**
 * Shows a withdrawal by journal and both chains; undefined for one that isn't known. What its job
 * adds, times and reasons, may be missing after Redis was lost.
 */
export const viewWithdrawal = async (parts: WithdrawalViewParts, id: string): Promise<TransferView | undefined> => {
  const burned = parts.withdrawalEnds.get(id);
  const held = burned === undefined ? holdingOf(parts, id) : undefined;
  const withdrawal = dataOf(parts, burned, held);
  if (withdrawal === undefined) return undefined;
  const job = await parts.queues.withdrawal.getJob(id);
  const progress = job === undefined ? undefined : progressOf(job);
  const payout = burned?.type === "released" ? await viewPayout(parts, burned.release) : undefined;
  const end = burned === undefined ? undefined : endOf(parts, burned, payout);
  const wait = burned === undefined ? (waitOf(parts, held) ?? progress?.waitingFor) : payout?.waitingFor;
  const usual = burned === undefined ? USUAL_WAIT.withdrawal : USUAL_WAIT.payment;
  const waitingFor = waitOfAll(parts) ?? wait ?? usual;
  const early = progress?.stage === "settled" ? "settled" : "proven";
  return {
    id,
    kind: "withdrawal",
    stage: end !== undefined ? "finalized" : burned !== undefined ? "settled" : early,
    withdrawal,
    ...(progress === undefined ? {} : { at: progress.at }),
    ...(end === undefined ? { waitingFor } : {}),
    ...(payout === undefined ? {} : { payout }),
    ...(end === undefined ? {} : { result: end }),
  };
};
