/** Keeps in the index what is told of transfers that have ended. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { FinishedIndex } from "../../stores/finished/finished-index.js";
import type { FinishedTimes, FinishedTransfer } from "../../stores/finished/finished-transfer.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { DepositEnds } from "../../sync/transfers/deposit-ends.js";
import { mintOf } from "../../sync/transfers/deposit-mint.js";
import type { PayoutWatch } from "../../sync/transfers/payout-watch.js";
import { depositId } from "../../sync/transfers/transfer-id.js";
import type { WithdrawalAccounts } from "../../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { DepositData } from "../jobs.js";
import { finishedName } from "./finished-name.js";

export interface FinishedParts {
  readonly config: BridgeConfig;
  readonly follower: { readonly view: () => Pick<BridgeView, "current"> | undefined };
  readonly depositEnds: Pick<DepositEnds, "get">;
  readonly payouts: Pick<PayoutWatch, "at">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "get" | "placeOf">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "get">;
  readonly finished: Pick<FinishedIndex, "record">;
}

const mintedTo = ({ config, follower, payouts }: FinishedParts, data: DepositData): readonly string[] => {
  const history = follower.view()?.current?.history;
  if (history === undefined) return [];
  const { currency, amount, metadata } = data;
  const payment = { currency, amount: BigInt(amount), metadata: fromHex(metadata) };
  const mint = mintOf(config, history, payment, payouts.at);
  return mint === undefined ? [] : [toHex(mint.account)];
};

/** Keeps a deposit; one that the journal doesn't tell the end of is left alone. */
export const recordDeposit = async (parts: FinishedParts, data: DepositData, at: FinishedTimes): Promise<void> => {
  const end = parts.depositEnds.get(BigInt(data.number));
  const name = finishedName(parts.withdrawalEnds, depositId(data.number));
  if (end === undefined || name === undefined) return;
  const { version, currency, amount, sender, metadata } = data;
  const one: FinishedTransfer = {
    block: end.block,
    currency,
    address: sender,
    accounts: end.outcome === "minted" ? mintedTo(parts, data) : [],
    at,
    payment: { version, amount, metadata },
  };
  await parts.finished.record(name, one);
};

/** Keeps a withdrawal; one that no batch has burned is left alone. */
export const recordWithdrawal = async (parts: FinishedParts, id: string, at: FinishedTimes): Promise<void> => {
  const burned = parts.withdrawalEnds.get(id);
  const name = finishedName(parts.withdrawalEnds, id);
  const preimage = burned === undefined ? undefined : parts.withdrawalAccounts.get(burned.account)?.preimage;
  if (burned === undefined || name === undefined || preimage === undefined) return;
  const { block, currency, account } = burned;
  const accounts = [account, toHex(preimage.refundAccount)];
  await parts.finished.record(name, { block, currency, address: toHex(preimage.payee), accounts, at });
};
