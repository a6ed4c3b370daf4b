/** What relayers ask for: items with whatever they must show. */
import { readDestination, readPaidRelease } from "@pdiem/bridge/deposit/destination";
import type { LeafPath } from "@pdiem/bridge/ledger/list";
import type { Release } from "@pdiem/bridge/ledger/release";
import type { PaymentRequest } from "@pdiem/bridge/payout/payment-request";
import type { DepositLookups, Items, WaitingItem, WithdrawalItem } from "@pdiem/bridge/settlement/items";
import { NO_LOOKUPS } from "@pdiem/bridge/testing/world";
import { entryName } from "./chains/assets.js";
import type { ParachainState } from "./chains/parachain.js";
import type { Known } from "./enclave/known.js";
import type { Basis } from "./enclave/signed.js";
import { currencies, PREIMAGES, WITHDRAWAL_ACCOUNTS } from "./setting.js";

const releaseAt = ({ releases, trees }: Known, index: bigint): { leaf: Release; path: LeafPath } | undefined => {
  const leaf = releases[Number(index)];
  return leaf === undefined ? undefined : { leaf, path: trees.releases.path(index) };
};

/** Finds what the rules look up for a deposit. */
export const lookupsFor = ({ known, diem }: Pick<Basis, "known" | "diem">, number: bigint): DepositLookups => {
  const destination = readDestination(diem.received[Number(number)]?.metadata ?? new Uint8Array());
  if (destination.type === "registered") {
    const leaf = known.accounts[Number(destination.index)];
    return leaf === undefined
      ? NO_LOOKUPS
      : { ...NO_LOOKUPS, account: { leaf, path: known.trees.accounts.path(destination.index) } };
  }
  if (destination.type === "release") return { ...NO_LOOKUPS, release: releaseAt(known, destination.index) };
  if (destination.type !== "refunded") return NO_LOOKUPS;
  const before = diem.sent.filter(({ version }) => version < destination.version).length;
  const carrying = diem.sent[before];
  const index = carrying?.version === destination.version ? readPaidRelease(carrying.metadata) : undefined;
  return {
    ...NO_LOOKUPS,
    release: index === undefined ? undefined : releaseAt(known, index),
    paymentsBefore: BigInt(before),
  };
};

const contentOf = (basis: Pick<Basis, "known" | "diem">, index: number): WaitingItem["content"] | undefined => {
  const leaf = basis.known.waiting[index];
  if (leaf === undefined) return undefined;
  if (leaf.type === "deposit")
    return { type: "deposit", value: { number: leaf.value, lookups: lookupsFor(basis, leaf.value) } };
  const release = releaseAt(basis.known, leaf.value);
  return release === undefined ? undefined : { type: "release", value: { index: leaf.value, ...release } };
};

/**
 * Asks for leaves of what waits, each shown as the ones before leave the list if they are all
 * cleared.
 */
export const waitingItems = (basis: Pick<Basis, "known" | "diem">, indexes: readonly number[]): Items["waiting"] => {
  const tree = basis.known.trees.waiting.copy();
  return indexes.flatMap((index) => {
    const content = contentOf(basis, index);
    if (content === undefined) return [];
    const item = { index: BigInt(index), path: tree.path(BigInt(index)), content };
    tree.clear(BigInt(index));
    return [item];
  });
};

/**
 * The same leaves, each shown as it stands in the ledger. What one clears the next brings back, if
 * that were taken.
 */
export const staleWaitingItems = (basis: Pick<Basis, "known" | "diem">, indexes: readonly number[]): Items["waiting"] =>
  waitingItems(basis, indexes).map((item) => ({ ...item, path: basis.known.trees.waiting.path(item.index) }));

/** The same leaf as one of the other kind, with the same number. */
export const asOtherKind = (basis: Pick<Basis, "known" | "diem">, item: WaitingItem): WaitingItem => {
  if (item.content.type === "release") {
    const number = item.content.value.index;
    return { ...item, content: { type: "deposit", value: { number, lookups: lookupsFor(basis, number) } } };
  }
  const index = item.content.value.number;
  const release = releaseAt(basis.known, index);
  return release === undefined ? item : { ...item, content: { type: "release", value: { index, ...release } } };
};

const MINIMA = currencies.map(({ minimum }) => minimum);
const NAMED = PREIMAGES.flatMap((preimage, i) =>
  currencies.map(({ code, assetId }, currency) => ({
    preimage,
    code,
    currency,
    name: entryName(assetId, WITHDRAWAL_ACCOUNTS[i] ?? new Uint8Array()),
  })),
);

/**
 * Lists withdrawal accounts that hold enough to be settled.
 * @param minima in force, in the order of the currencies; the configuration's if left out
 */
export const withdrawable = (
  { entries }: ParachainState,
  minima: readonly bigint[] = MINIMA,
): readonly WithdrawalItem[] =>
  NAMED.flatMap(({ preimage, code, currency, name }) =>
    (entries.get(name)?.balance ?? 0n) >= (minima[currency] ?? 0n) ? [{ preimage, currency: code }] : [],
  );

/** Asks for the payments of releases. */
export const paymentRequests = (known: Known, indexes: readonly number[]): readonly PaymentRequest[] =>
  indexes.flatMap((index) => {
    const release = releaseAt(known, BigInt(index));
    return release === undefined ? [] : [{ index: BigInt(index), ...release }];
  });
