/** Whether a transfer is one of those that are searched for. */
import { toHex } from "@pdiem/light-client/bytes";
import type { WithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { TransferView } from "../views/transfer-view.js";
import type { Wanted } from "./list-query.js";
import type { PlacedTransfer } from "./transfer-order.js";
import type { Sight } from "./transfer-sight.js";

/** Goes by what is known of it in memory. */
export const mayMatch = ({ state, direction, hash }: Wanted, one: PlacedTransfer): boolean =>
  (state === undefined || (state === "open") === one.isOpen) &&
  (direction === undefined || direction === one.kind) &&
  (hash === undefined || hash === one.batch);

const accountsOf = (view: TransferView): readonly (string | undefined)[] => {
  if (view.kind === "deposit") return [view.result?.outcome === "minted" ? view.result.account : undefined];
  const { account, refundAccount } = view.withdrawal;
  return [account, refundAccount, view.result?.outcome === "given-back" ? view.result.to : undefined];
};

/** Goes by how it is shown. */
export const matches = ({ currency, account, address, version }: Wanted, view: TransferView): boolean => {
  const isDeposit = view.kind === "deposit";
  const moved = isDeposit ? view.payment?.currency : view.withdrawal.currency;
  const party = isDeposit ? view.payment?.sender : view.withdrawal.payee;
  const versions = [isDeposit ? view.payment?.version : undefined, view.payout?.version];
  return (
    (currency === undefined || currency === moved) &&
    (address === undefined || address === party) &&
    (account === undefined || accountsOf(view).includes(account)) &&
    (version === undefined || versions.includes(version))
  );
};

export interface OpenParts {
  readonly withdrawalEnds: Pick<WithdrawalEnds, "get">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "get">;
}

const DEPOSIT = "deposit-";

interface OpenFacts {
  readonly currency: string;
  readonly address: string;
  readonly accounts: readonly string[];
  readonly version: string | undefined;
}

/** What is told of one that hasn't ended, without asking Redis. */
const openFacts = (
  { withdrawalEnds, withdrawalAccounts }: OpenParts,
  sight: Pick<Sight, "openPayments" | "holdings">,
  id: string,
): OpenFacts | undefined => {
  if (id.startsWith(DEPOSIT)) {
    const payment = sight.openPayments().get(BigInt(id.slice(DEPOSIT.length)));
    if (payment === undefined) return undefined;
    const { currency, payer, version } = payment;
    return { currency, address: toHex(payer), accounts: [], version: version.toString() };
  }
  const burned = withdrawalEnds.get(id);
  const held = burned === undefined ? sight.holdings().get(id) : undefined;
  const account = burned?.account ?? (held === undefined ? undefined : toHex(held.account));
  const currency = burned?.currency ?? held?.currency;
  const preimage = account === undefined ? undefined : withdrawalAccounts.get(account)?.preimage;
  if (account === undefined || currency === undefined || preimage === undefined) return undefined;
  const accounts = [account, toHex(preimage.refundAccount)];
  return { currency, address: toHex(preimage.payee), accounts, version: undefined };
};

/** Tells whether one that hasn't ended is searched for, by what is in memory. */
export const matchesOpen = (
  parts: OpenParts,
  sight: Pick<Sight, "openPayments" | "holdings">,
  { currency, account, address, version }: Wanted,
  id: string,
): boolean => {
  const facts = openFacts(parts, sight, id);
  if (facts === undefined) return false;
  return (
    (currency === undefined || currency === facts.currency) &&
    (address === undefined || address === facts.address) &&
    (account === undefined || facts.accounts.includes(account)) &&
    (version === undefined || version === facts.version)
  );
};
