import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { governanceAt } from "../sync/bridge/governance.js";
import type { WithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import type { Burned, WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";
import type { PayoutView, TransferView, WithdrawalDataView, WithdrawalEndView } from "../views/transfer-view.js";
import { USUAL_WAIT } from "../views/usual-wait.js";
import { type PayoutParts, viewPayout } from "./payout-view.js";
import type { Sight, ToldTransfer } from "./transfer-sight.js";
import type { ObstructedParts } from "./wait-of-all.js";

export type WithdrawalViewParts = PayoutParts &
  ObstructedParts & {
    readonly config: BridgeConfig;
    readonly withdrawalEnds: Pick<WithdrawalEnds, "get">;
    readonly withdrawalAccounts: Pick<WithdrawalAccounts, "get">;
  };

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
export const viewWithdrawal = async (
  parts: WithdrawalViewParts,
  sight: Pick<Sight, "holdings" | "wait" | "payoutWait">,
  id: string,
  told: ToldTransfer | undefined,
): Promise<TransferView | undefined> => {
  const burned = parts.withdrawalEnds.get(id);
  const held = burned === undefined ? sight.holdings().get(id) : undefined;
  const withdrawal = dataOf(parts, burned, held);
  if (withdrawal === undefined) return undefined;
  const progress = told?.progress;
  const payout = burned?.type === "released" ? await viewPayout(parts, sight, burned.release) : undefined;
  const end = burned === undefined ? undefined : endOf(parts, burned, payout);
  const wait = burned === undefined ? (waitOf(parts, held) ?? progress?.waitingFor) : payout?.waitingFor;
  const usual = burned === undefined ? USUAL_WAIT.withdrawal : USUAL_WAIT.payment;
  const waitingFor = sight.wait() ?? wait ?? usual;
  const early = progress?.stage === "settled" ? "settled" : "proven";
  return {
    id,
    kind: "withdrawal",
    stage: end !== undefined ? "finalized" : burned !== undefined ? "settled" : early,
    withdrawal,
    ...(told === undefined ? {} : { at: told.at }),
    ...(end === undefined ? { waitingFor } : {}),
    ...(payout === undefined ? {} : { payout }),
    ...(end === undefined ? {} : { result: end }),
  };
};
