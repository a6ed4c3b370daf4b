/** Whether a transfer is one of those that are searched for. */
import { toHex } from "@pdiem/light-client/bytes";
import { depositNumber } from "../sync/transfers/transfer-id.js";
import type { WithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { TransferView } from "../views/transfer-view.js";
import type { Wanted } from "./list-query.js";
import type { PlacedTransfer } from "./transfer-order.js";
import type { Sight } from "./transfer-sight.js";

/** Goes by what is known of it in memory. */
export const mayMatch = (
  { state, direction, hash }: Wanted,
  one: Pick<PlacedTransfer, "kind" | "isOpen" | "batch">,
): boolean =>
  (state === undefined || (state === "open") === one.isOpen) &&
  (direction === undefined || direction === one.kind) &&
  (hash === undefined || hash === one.batch);

/** What a transfer is searched by beyond that. */
interface Facts {
  readonly currency: string | undefined;
  readonly address: string | undefined;
  readonly accounts: readonly (string | undefined)[];
  readonly versions: readonly (string | undefined)[];
}

const fits = ({ currency, account, address, version }: Wanted, facts: Facts): boolean =>
  (currency === undefined || currency === facts.currency) &&
  (address === undefined || address === facts.address) &&
  (account === undefined || facts.accounts.includes(account)) &&
  (version === undefined || facts.versions.includes(version));

const shownFacts = (view: TransferView): Facts => {
  const paidOut = view.payout?.version;
  if (view.kind === "deposit") {
    const { payment, result } = view;
    const accounts = [result?.outcome === "minted" ? result.account : undefined];
    return {
      currency: payment?.currency,
      address: payment?.sender,
      accounts,
      versions: [payment?.version, paidOut],
    };
  }
  const { currency, payee, account, refundAccount } = view.withdrawal;
  const givenBack = view.result?.outcome === "given-back" ? view.result.to : undefined;
  return { currency, address: payee, accounts: [account, refundAccount, givenBack], versions: [paidOut] };
};

/** Goes by how it is shown. */
export const matches = (wanted: Wanted, view: TransferView): boolean => fits(wanted, shownFacts(view));

export interface OpenParts {
  readonly withdrawalEnds: Pick<WithdrawalEnds, "get">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "get">;
}

/** What is told of one that hasn't ended, without asking Redis. */
const openFacts = (
  { withdrawalEnds, withdrawalAccounts }: OpenParts,
  sight: Pick<Sight, "openPayments" | "holdings">,
  id: string,
): Facts | undefined => {
  const number = depositNumber(id);
  if (number !== undefined) {
    const payment = sight.openPayments().get(number);
    if (payment === undefined) return undefined;
    const { currency, payer, version } = payment;
    return { currency, address: toHex(payer), accounts: [], versions: [version.toString()] };
  }
  const burned = withdrawalEnds.get(id);
  const held = burned === undefined ? sight.holdings().get(id) : undefined;
  const account = burned?.account ?? (held === undefined ? undefined : toHex(held.account));
  const currency = burned?.currency ?? held?.currency;
  const preimage = account === undefined ? undefined : withdrawalAccounts.get(account)?.preimage;
  if (account === undefined || currency === undefined || preimage === undefined) return undefined;
  const accounts = [account, toHex(preimage.refundAccount)];
  return { currency, address: toHex(preimage.payee), accounts, versions: [] };
};

/** Tells whether one that hasn't ended is searched for, by what is in memory. */
export const matchesOpen = (
  parts: OpenParts,
  sight: Pick<Sight, "openPayments" | "holdings">,
  wanted: Wanted,
  id: string,
): boolean => {
  const facts = openFacts(parts, sight, id);
  return facts !== undefined && fits(wanted, facts);
};
