import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { History } from "@pdiem/bridge-client/journal/history";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { DepositEnd, DepositEnds } from "../sync/transfers/deposit-ends.js";
import { mintOf } from "../sync/transfers/deposit-mint.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import { depositId } from "../sync/transfers/transfer-id.js";
import type { DepositEndView, PaymentView, TransferView } from "../views/transfer-view.js";
import { USUAL_WAIT } from "../views/usual-wait.js";
import { latestRelease, type PayoutParts, viewPayout } from "./payout-view.js";
import { paymentOf, type Sight, type ToldTransfer } from "./transfer-sight.js";
import type { ObstructedParts } from "./wait-of-all.js";
import { waitingLeaves } from "./waiting.js";

export type DepositViewParts = PayoutParts &
  ObstructedParts & {
    readonly config: BridgeConfig;
    readonly depositEnds: Pick<DepositEnds, "get">;
    readonly payouts: Pick<PayoutWatch, "get" | "at" | "unpaid">;
  };

/** For whom a deposit was minted follows from its payment: the journal tells no calls. */
const mintView = ({ config, follower, payouts }: DepositViewParts, payment: PaymentView | undefined) => {
  const history = follower.view()?.current?.history;
  if (history === undefined || payment === undefined) return {};
  const { currency, amount, metadata } = payment;
  const paid = { currency, amount: BigInt(amount), metadata: fromHex(metadata) };
  const mint = mintOf(config, history, paid, payouts.at);
  return mint === undefined ? {} : { account: toHex(mint.account), amount: mint.amount.toString(), asset: mint.asset };
};

const endView = (parts: DepositViewParts, end: DepositEnd, payment: PaymentView | undefined): DepositEndView =>
  end.outcome === "minted" ? { ...end, ...mintView(parts, payment) } : end;

const waitingOf = new WeakMap<History["cleared"], ReadonlySet<bigint>>();

/**
 * Numbers of the deposits that wait. What was taken up in the newest batch may have ended in it.
 */
const waitingDeposits = (history: History): ReadonlySet<bigint> => {
  const known =
    waitingOf.get(history.cleared) ??
    new Set(waitingLeaves(history).flatMap(({ leaf }) => (leaf.type === "deposit" ? [leaf.value] : [])));
  waitingOf.set(history.cleared, known);
  return known;
};

/** Whether a deposit is one of those that were taken up and wait. */
const isWaiting = ({ follower }: DepositViewParts, number: bigint): boolean => {
  const history = follower.view()?.current?.history;
  return history !== undefined && waitingDeposits(history).has(number);
};

/**
 * Shows a deposit by journal and chain; undefined for one that isn't known. What its job adds,
 * times and reasons, may be missing after Redis was lost.
 */
export const viewDeposit = async (
  parts: DepositViewParts,
  sight: Pick<Sight, "openPayments" | "wait" | "payoutWait">,
  number: bigint,
  told: ToldTransfer | undefined,
): Promise<TransferView | undefined> => {
  const id = depositId(number);
  const open = sight.openPayments().get(number);
  const end = parts.depositEnds.get(number);
  if (told === undefined && open === undefined && end === undefined) return undefined;
  const progress = told?.progress;
  const payment = told?.payment ?? (open && paymentOf(open));
  const usual = isWaiting(parts, number) ? "a batch that settles it: it was taken up and waits" : undefined;
  const payout =
    end?.outcome === "refunded" ? await viewPayout(parts, sight, latestRelease(parts, end.release)) : undefined;
  const waitingFor = sight.wait() ?? progress?.waitingFor ?? usual ?? USUAL_WAIT.deposit;
  return {
    id,
    kind: "deposit",
    stage: end === undefined ? (progress?.stage ?? "proven") : "finalized",
    ...(payment === undefined ? {} : { payment }),
    ...(told === undefined ? {} : { at: told.at }),
    ...(end === undefined ? { waitingFor } : {}),
    ...(end === undefined ? {} : { result: endView(parts, end, payment) }),
    ...(payout === undefined ? {} : { payout }),
  };
};
