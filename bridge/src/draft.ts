/** A batch in the making: what its items have changed so far. */
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { BridgeConfig } from "./config.js";
import type { CurrencyConfig } from "./currency-config.js";
import type { Custody } from "./custody.js";
import { RefusedError } from "./error.js";
import type { Facts } from "./facts.js";
import type { CurrencyLedger, Ledger } from "./ledger.js";
import type { Receivers } from "./receivable.js";
import type { Release } from "./release.js";
import type { KeptDeposit, ReturnedWithdrawal } from "./step.js";

/** What all items of a batch look up. `ledger` is the one in force, whatever the batch has changed. */
export interface Context {
  /** With the limits in force in its currencies. */
  readonly config: BridgeConfig;
  /** Of the configuration as it was at first. */
  readonly bridgeId: Uint8Array;
  readonly ledger: Ledger;
  readonly facts: Facts;
  readonly custody: Custody;
  readonly receivers: Receivers;
}

export interface Draft extends Pick<Ledger, "deposits" | "paid" | "currencies"> {
  /** Appended by this batch. */
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  readonly kept: readonly KeptDeposit[];
  readonly returned: readonly ReturnedWithdrawal[];
  /** Between those that move the anchor. */
  readonly calls: readonly Call[];
}

export const draftOf = ({ deposits, paid, currencies }: Ledger): Draft => ({
  deposits,
  paid,
  currencies,
  accounts: [],
  releases: [],
  kept: [],
  returned: [],
  calls: [],
});

/** A currency's configuration with its part of the draft. */
export interface CurrencyDraft {
  readonly config: CurrencyConfig;
  readonly state: CurrencyLedger;
}

/** Undefined for a currency that isn't bridged. */
export const currencyOf = ({ config }: Context, draft: Draft, code: string): CurrencyDraft | undefined => {
  const index = config.currencies.findIndex((currency) => currency.code === code);
  const currency = config.currencies[index];
  const state = draft.currencies[index];
  if (currency === undefined) return undefined;
  if (state === undefined)
    throw new RefusedError("refused/ledger-currencies", "expected the ledger to have a part for each currency");
  return { config: currency, state };
};

/** The draft with one currency's part replaced. */
export const withCurrency = ({ config }: Context, draft: Draft, code: string, state: CurrencyLedger): Draft => ({
  ...draft,
  currencies: draft.currencies.map((old, index) => (config.currencies[index]?.code === code ? state : old)),
});
