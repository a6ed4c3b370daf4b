/** A batch in the making: what its items have changed so far. */
import { type Call, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { CurrencyConfig } from "../config/currency-config.js";
import type { Custody } from "../custody/custody.js";
import { RefusedError } from "../error.js";
import type { Facts } from "../facts/facts.js";
import type { GivenBack } from "../ledger/journal-entry.js";
import type { CurrencyLedger, Ledger } from "../ledger/ledger.js";
import type { Release } from "../ledger/release.js";
import type { Receivers } from "./receivable.js";

/**
 * What all items of a batch look up. `ledger` is the one in force, whatever the batch has changed.
 */
export interface BatchContext {
  /** With the limits in force put in. */
  readonly config: BridgeConfig;
  /** The hash of the configuration as it was at first, 32 bytes. */
  readonly bridgeId: Uint8Array;
  readonly issuer: Uint8Array;
  readonly ledger: Ledger;
  readonly facts: Facts;
  readonly custody: Custody;
  readonly receivers: Receivers;
}

export interface BatchDraft extends Pick<Ledger, "deposits" | "waiting" | "paid" | "currencies"> {
  /** What the batch appends to the lists, in order. */
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  /**
   * Leaves of `ledger.waiting` that it clears, by index, in order; `waiting` is the list without
   * them.
   */
  readonly cleared: readonly bigint[];
  /** What comes to wait: numbers of deposits, and indexes of aborted releases. */
  readonly waitingDeposits: readonly bigint[];
  readonly waitingReleases: readonly bigint[];
  /** Numbers of deposits that stay with custody. */
  readonly kept: readonly bigint[];
  /** Withdrawals that went to their refund accounts. */
  readonly givenBack: readonly GivenBack[];
  /** Between those that move the anchor. */
  readonly calls: readonly Call[];
  /** How many items change a balance or a list: what a batch's least size is judged by. */
  readonly items: number;
  /** Whether anything so far is worth a batch of its own (PROTOCOL 3, 'Economy'). */
  readonly isWorthwhile: boolean;
}

export const draftOf = ({ deposits, waiting, paid, currencies }: Ledger): BatchDraft => ({
  deposits,
  waiting,
  paid,
  currencies,
  accounts: [],
  releases: [],
  cleared: [],
  waitingDeposits: [],
  waitingReleases: [],
  kept: [],
  givenBack: [],
  calls: [],
  items: 0,
  isWorthwhile: false,
});

/** Computes the index that the draft's next release gets. */
export const nextRelease = ({ ledger }: BatchContext, { releases }: BatchDraft): bigint =>
  ledger.releases.numLeaves + BigInt(releases.length);

/**
 * Counts one item that ends, which is worth a batch if it moves at least the currency's minimum.
 */
export const countItem = (
  draft: BatchDraft,
  { minimum }: Pick<CurrencyConfig, "minimum">,
  amount: bigint,
): BatchDraft => ({
  ...draft,
  items: draft.items + 1,
  isWorthwhile: draft.isWorthwhile || amount >= minimum,
});

/** A currency's configuration with its part of the draft. */
export interface CurrencyDraft {
  readonly config: CurrencyConfig;
  readonly state: CurrencyLedger;
}

/** Finds a currency's part of the draft; undefined for a currency that isn't bridged. */
export const currencyOf = (
  { config }: Pick<BatchContext, "config">,
  draft: Pick<BatchDraft, "currencies">,
  code: string,
): CurrencyDraft | undefined => {
  const index = config.currencies.findIndex((currency) => currency.code === code);
  const currency = config.currencies[index];
  const state = draft.currencies[index];
  if (currency === undefined) return undefined;
  if (state === undefined)
    throw new RefusedError("refused/ledger-currencies", "expected the ledger to have a part for each currency");
  return { config: currency, state };
};

/** Replaces one currency's part of the draft. */
export const withCurrency = (
  { config }: Pick<BatchContext, "config">,
  draft: BatchDraft,
  code: string,
  state: CurrencyLedger,
): BatchDraft => ({
  ...draft,
  currencies: draft.currencies.map((old, index) => (config.currencies[index]?.code === code ? state : old)),
});

/** Appends a mint, and counts it for what follows to the same account. */
export const addMint = (
  { receivers }: Pick<BatchContext, "receivers">,
  draft: BatchDraft,
  { assetId }: Pick<CurrencyConfig, "assetId">,
  account: Uint8Array,
  amount: bigint,
): BatchDraft => {
  receivers.receive(assetId, account);
  return { ...draft, calls: [...draft.calls, mint(assetId, account, amount)] };
};

/** Appends a release, whose index is what `nextRelease` gives before. */
export const addRelease = (draft: BatchDraft, release: Release): BatchDraft => ({
  ...draft,
  releases: [...draft.releases, release],
});
