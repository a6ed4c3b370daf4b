import { toHex } from "@pdiem/light-client/bytes";
import type { BridgeContext } from "../jobs/bridge-context.js";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { governanceAt } from "../sync/bridge/governance.js";
import type { DepositEnd } from "../sync/transfers/outcomes.js";
import type { Burned } from "../sync/transfers/withdrawal-ends.js";
import { type DepositData, depositId, type Stage, type TransferProgress, type WithdrawalData } from "../jobs/jobs.js";
import type { PayoutState } from "../jobs/payout-states.js";
import { progressOf } from "../jobs/progress.js";
import { isPaid } from "../jobs/withdrawal-processor.js";
import { standstill } from "./standstill.js";

/** The payment of a release on Diem. What is paid is known from Diem itself, the rest from whoever works on it. */
export interface PayoutView extends Partial<Omit<PayoutState, "state">> {
  readonly release: number;
  readonly state: PayoutState["state"] | "paid";
  /** Of the transaction that paid it. */
  readonly version?: string;
}

interface CommonView {
  readonly id: string;
  readonly stage: Stage;
  readonly at?: TransferProgress["at"];
  readonly waitingFor?: string;
  /** Of what is owed on Diem: a withdrawal's payment, or a deposit's refund. */
  readonly payout?: PayoutView;
}

/** A transfer as the API shows it. Amounts are decimal strings in smallest units; bytes are hex without prefix. */
export type TransferView = CommonView &
  (
    | { readonly kind: "deposit"; readonly payment?: Omit<DepositData, "number">; readonly result?: DepositEnd }
    | { readonly kind: "withdrawal"; readonly withdrawal?: WithdrawalData; readonly result?: WithdrawalEnd }
  );

/** `paid` on Diem, or `returned` to the refund account on the parachain. */
export type WithdrawalEnd = Pick<Burned, "batch" | "block"> &
  (
    | { readonly outcome: "paid"; readonly release: number; readonly amount: string }
    | { readonly outcome: "returned"; readonly to: string; readonly amount: string; readonly reason: string }
  );

const paymentOf = ({ version, currency, amount, payer, metadata }: CustodyPayment): Omit<DepositData, "number"> => ({
  version: version.toString(),
  currency,
  amount: amount.toString(),
  sender: toHex(payer),
  metadata: toHex(metadata),
});

const payoutView = async (context: BridgeContext, release: number): Promise<PayoutView> => {
  if (!isPaid(context, release)) return { release, ...(await context.payoutStates.get(BigInt(release))) };
  const version = context.payouts.get(BigInt(release))?.version.toString();
  return { release, state: "paid", ...(version === undefined ? {} : { version }) };
};

/** From the journal and the chain; what the job adds, times and reasons, may be missing after Redis was lost. */
export const depositView = async (context: BridgeContext, number: bigint): Promise<TransferView | undefined> => {
  const { queues, outcomes, payments } = context;
  const id = depositId(number);
  const job = await queues.deposit.getJob(id);
  const open = payments.open().find((payment) => payment.number === number);
  const end = outcomes.get(number);
  if (job === undefined && open === undefined && end === undefined) return undefined;
  const progress = job === undefined ? undefined : progressOf(job);
  const { number: _, ...told } = job?.data ?? { number: "" };
  const waitingFor = standstill(context) ?? progress?.waitingFor;
  const payment = job !== undefined ? (told as Omit<DepositData, "number">) : open && paymentOf(open);
  return {
    id,
    kind: "deposit",
    stage: end === undefined ? (progress?.stage ?? "proven") : "finalized",
    ...(payment === undefined ? {} : { payment }),
    ...(progress === undefined ? {} : { at: progress.at }),
    ...(waitingFor === undefined || end !== undefined ? {} : { waitingFor }),
    ...(end === undefined ? {} : { result: end }),
    ...(end?.outcome === "refunded" ? { payout: await payoutView(context, end.release) } : {}),
  };
};

const endOf = (
  { follower }: BridgeContext,
  burned: Burned,
  payout: PayoutView | undefined,
): WithdrawalEnd | undefined => {
  const { batch, block } = burned;
  if (burned.type === "returned") {
    const { to, amount, reason } = burned;
    return { outcome: "returned", batch, block, to, amount, reason };
  }
  const { release } = burned;
  const amount = follower.view()?.current?.history.releases[release]?.amount ?? 0n;
  return payout?.state === "paid" ? { outcome: "paid", batch, block, release, amount: amount.toString() } : undefined;
};

/** What is on an account now: why it isn't in a batch yet. */
const waitOfHolding = (context: BridgeContext, id: string): string | undefined => {
  const { config, withdrawals, withdrawalEnds, follower } = context;
  const view = follower.view();
  const { currencies } = view?.current === undefined ? config : governanceAt(config, view, view.current);
  const held = withdrawals.holdings().find(({ account, currency }) => withdrawalEnds.nextId(account, currency) === id);
  const minimum = currencies.find(({ code }) => code === held?.currency)?.minimum;
  if (held === undefined || minimum === undefined || held.balance >= minimum) return undefined;
  return `${minimum - held.balance} ${held.currency} more on the account: the minimum is ${minimum}`;
};

const dataOf = (
  { withdrawalAccounts, withdrawals, withdrawalEnds }: BridgeContext,
  id: string,
): WithdrawalData | undefined => {
  const burned = withdrawalEnds.get(id);
  const held = withdrawals.holdings().find(({ account, currency }) => withdrawalEnds.nextId(account, currency) === id);
  const account = burned?.account ?? (held === undefined ? undefined : toHex(held.account));
  const currency = burned?.currency ?? held?.currency;
  const preimage = account === undefined ? undefined : withdrawalAccounts.get(account)?.preimage;
  if (account === undefined || currency === undefined || preimage === undefined) return undefined;
  const { payee, subaddress, refundAccount } = preimage;
  return {
    account,
    currency,
    amount: burned?.burned ?? (held?.balance ?? 0n).toString(),
    payee: toHex(payee),
    ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
    ...(refundAccount === undefined ? {} : { refundAccount: toHex(refundAccount) }),
  };
};

/** From the journal and both chains; what the job adds, times and reasons, may be missing after Redis was lost. */
export const withdrawalView = async (context: BridgeContext, id: string): Promise<TransferView | undefined> => {
  const { queues, withdrawalEnds } = context;
  const withdrawal = dataOf(context, id);
  if (withdrawal === undefined) return undefined;
  const job = await queues.withdrawal.getJob(id);
  const progress = job === undefined ? undefined : progressOf(job);
  const burned = withdrawalEnds.get(id);
  const payout = burned?.type === "released" ? await payoutView(context, burned.release) : undefined;
  const end = burned === undefined ? undefined : endOf(context, burned, payout);
  const wait = burned === undefined ? (waitOfHolding(context, id) ?? progress?.waitingFor) : payout?.waitingFor;
  const waitingFor = standstill(context) ?? wait;
  const early = progress?.stage === "settled" ? "settled" : "proven";
  return {
    id,
    kind: "withdrawal",
    stage: end !== undefined ? "finalized" : burned !== undefined ? "settled" : early,
    withdrawal,
    ...(progress === undefined ? {} : { at: progress.at }),
    ...(waitingFor === undefined || end !== undefined ? {} : { waitingFor }),
    ...(payout === undefined ? {} : { payout }),
    ...(end === undefined ? {} : { result: end }),
  };
};
