/** Every transfer that there ever was, in an order that stays: a page at a time. */
import { PdiemError } from "@pdiem/light-client/error";
import type { Follower } from "../../sync/bridge/follower.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { depositId } from "../../sync/transfers/transfer-id.js";
import { transferOfRelease } from "../../sync/transfers/transfer-of-release.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { WithdrawalWatch } from "../../sync/transfers/withdrawal-watch.js";

export interface WalkParts {
  readonly follower: Pick<Follower, "view">;
  readonly payments: Pick<PaymentWatch, "custody">;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "all" | "nextId" | "ofRelease">;
}

/** Deposits by number, then burns as they happened, then what accounts hold. */
export interface TransferWalk {
  /** How many there are in all. */
  readonly length: number;
  /** @param place from 0 to before `length` */
  readonly idAt: (place: number) => string;
}

/** @throws PdiemError `relayer/starting` before both chains were polled */
export const walkTransfers = ({ follower, payments, withdrawals, withdrawalEnds }: WalkParts): TransferWalk => {
  const history = follower.view()?.current?.history;
  const custody = payments.custody();
  const [genesis] = history?.batches ?? [];
  if (genesis === undefined || custody === undefined)
    throw new PdiemError("relayer/starting", "not at work yet: both chains have to be proven first", "backoff");
  const first = genesis.entry.ledger.deposits;
  const deposits = Number(custody.account.receivedEvents.count - first);
  const burns = withdrawalEnds.all();
  const held = withdrawals.holdings().map(({ account, currency }) => withdrawalEnds.nextId(account, currency));
  return {
    length: deposits + burns.length + held.length,
    idAt: (place) =>
      place < deposits
        ? depositId(first + BigInt(place))
        : (burns[place - deposits]?.id ?? held[place - deposits - burns.length] ?? ""),
  };
};

const RELEASE = /^release-([0-9]{1,10})$/;

/** Finds the transfer that people name by its id, or as `release-5`; undefined for none. */
export const namedTransfer = ({ follower, withdrawalEnds }: WalkParts, name: string): string | undefined => {
  const [, release] = RELEASE.exec(name) ?? [];
  const history = follower.view()?.current?.history;
  if (release === undefined) return name;
  return history === undefined ? undefined : transferOfRelease(history, withdrawalEnds, BigInt(release));
};
