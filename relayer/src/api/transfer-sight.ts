/** What many transfers are shown by, looked up once for all of them. */
import { toHex } from "@pdiem/light-client/bytes";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { finishedName } from "../jobs/finished/finished-name.js";
import type { ReadJobs, ToldJob } from "../jobs/finished/told-jobs.js";
import { JOB_DATA } from "../jobs/job-data.js";
import type { DepositData, Queues, TransferProgress } from "../jobs/jobs.js";
import type { FinishedIndex } from "../stores/finished/finished-index.js";
import type { FinishedTransfer } from "../stores/finished/finished-transfer.js";
import type { DepositEnds } from "../sync/transfers/deposit-ends.js";
import type { PaymentWatch } from "../sync/transfers/payment-watch.js";
import { depositNumber } from "../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { Holding, WithdrawalWatch } from "../sync/transfers/withdrawal-watch.js";
import type { PaymentView, TransferTimes } from "../views/transfer-view.js";
import { type PayoutParts, payoutWait } from "./payout-view.js";
import { waitOfAll } from "./wait-of-all.js";

export interface SightParts extends PayoutParts {
  readonly queues: Pick<Queues, "deposit" | "withdrawal" | "payout">;
  readonly payments: Pick<PaymentWatch, "open" | "custody">;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
  readonly depositEnds: Pick<DepositEnds, "get">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "get" | "nextId" | "placeOf">;
  readonly finished: Pick<FinishedIndex, "get">;
  readonly readJobs: ReadJobs;
}

/** What Redis adds to what the chains tell of a transfer. */
export interface ToldTransfer {
  readonly payment?: PaymentView;
  readonly at: TransferTimes;
  /** What its job shows, where it has one. */
  readonly progress?: TransferProgress;
}

/** One look at everything that views share: it is asked for where a view needs it, and once. */
export interface Sight {
  readonly openPayments: () => ReadonlyMap<bigint, CustodyPayment>;
  /** By the id of the transfer that each is part of. */
  readonly holdings: () => ReadonlyMap<string, Holding>;
  /** What all transfers wait for. */
  readonly wait: () => string | undefined;
  /** Why no payment can be made now. */
  readonly payoutWait: () => Promise<string | undefined>;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const lookOnce = (parts: SightParts): Sight => ({
  openPayments: once(() => new Map(parts.payments.open().map((payment) => [payment.number, payment]))),
  holdings: once(
    () =>
      new Map(
        parts.withdrawals
          .holdings()
          .map((holding) => [parts.withdrawalEnds.nextId(holding.account, holding.currency), holding]),
      ),
  ),
  wait: once(() => waitOfAll(parts)),
  payoutWait: once(() => payoutWait(parts)),
});

/** Shows a payment as it was proven. */
export const paymentOf = ({ version, currency, amount, payer, metadata }: CustodyPayment): PaymentView => ({
  version: version.toString(),
  currency,
  amount: amount.toString(),
  sender: toHex(payer),
  metadata: toHex(metadata),
});

const ofRecord = ({ payment, currency, address, at }: FinishedTransfer): ToldTransfer => ({
  at,
  ...(payment === undefined ? {} : { payment: { ...payment, currency, sender: address } }),
});

const paymentIn = ({ version, currency, amount, sender, metadata }: DepositData): PaymentView => ({
  version,
  currency,
  amount,
  sender,
  metadata,
});

const ofJob = ({ data, progress }: ToldJob, isPayment: boolean): ToldTransfer => {
  // A job of the right id may be anybody's.
  const told = isPayment ? JOB_DATA.deposit.safeParse(data).data : undefined;
  return { at: progress.at, progress, ...(told === undefined ? {} : { payment: paymentIn(told) }) };
};

const isDeposit = (id: string): boolean => depositNumber(id) !== undefined;

const hasEnd = ({ depositEnds, withdrawalEnds }: SightParts, id: string): boolean => {
  const number = depositNumber(id);
  return (number === undefined ? withdrawalEnds.get(id) : depositEnds.get(number)) !== undefined;
};

/**
 * Reads what Redis knows of some transfers: of those that have ended by one command, of others what
 * their jobs show.
 */
export const readTold = async (
  parts: SightParts,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ToldTransfer>> => {
  const names = new Map(
    ids.flatMap((id) => {
      const name = hasEnd(parts, id) ? finishedName(parts.withdrawalEnds, id) : undefined;
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
  const records = await parts.finished.get([...names.values()]);
  const told = new Map<string, ToldTransfer>();
  for (const [id, name] of names) {
    const record = records.get(name);
    if (record !== undefined) told.set(id, ofRecord(record));
  }
  const rest = ids.filter((id) => !told.has(id));
  const jobs = await Promise.all([
    parts.readJobs(parts.queues.deposit, rest.filter(isDeposit)),
    parts.readJobs(
      parts.queues.withdrawal,
      rest.filter((id) => !isDeposit(id)),
    ),
  ]);
  for (const some of jobs) for (const [id, job] of some) told.set(id, ofJob(job, isDeposit(id)));
  return told;
};
