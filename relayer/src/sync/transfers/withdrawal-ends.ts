/**
 * What became of wrapped asset on withdrawal accounts, derived from the journal: each burn with
 * what it led to.
 */
import type { JournalEntry } from "@pdiem/bridge/ledger/journal-entry";
import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { type BatchPlace, newBatches } from "../journal/new-batches.js";
import { withdrawalId } from "./transfer-id.js";

export type BurnOutcome =
  | { readonly type: "released"; readonly release: number }
  /** The payee couldn't be paid: minted to the refund account at once. */
  | { readonly type: "given-back"; readonly to: string };

/** Amounts in smallest units, as decimal text; accounts and hashes in hex. */
export interface Burn extends BatchPlace {
  /** Id of the transfer. */
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  /** What the fee has left of it. */
  readonly amount: string;
}
export type Burned = Burn & BurnOutcome;

export interface WithdrawalEnds {
  /** @param id of the transfer */
  readonly get: (id: string) => Burned | undefined;
  /** Tells where a transfer is among `all`; undefined for one that no batch has burned. */
  readonly placeOf: (id: string) => number | undefined;
  /** Finds the transfer that a release pays; undefined for a refund. */
  readonly ofRelease: (index: number) => Burned | undefined;
  /** Names the transfer that what an account holds now, or will hold next, is part of. */
  readonly nextId: (account: Uint8Array, currency: string) => string;
  /** Lists the newest first. */
  readonly newest: (count: number) => readonly Burned[];
  /** Lists all in the order in which batches burned them: it only grows. */
  readonly all: () => readonly Burned[];
  /** Preimages of all accounts that anything was ever burned on. */
  readonly preimages: () => readonly WithdrawalPreimage[];
  /** Takes in what a later ledger in force adds, and returns that. */
  readonly update: (current: CurrentLedger) => readonly Burned[];
}

interface ToldBurn {
  readonly account: Uint8Array;
  readonly preimage: WithdrawalPreimage;
  readonly currency: string;
  readonly amount: bigint;
  readonly outcome: BurnOutcome;
}

const releasedIn = ({ ledger, releases }: JournalEntry): readonly ToldBurn[] => {
  const first = Number(ledger.releases.numLeaves) - releases.length;
  return releases.flatMap(({ origin, payee, subaddress, currency, amount }, i) => {
    if (origin.type !== "withdrawal") return [];
    const { account, refundAccount } = origin.value;
    const preimage = { payee, subaddress, refundAccount };
    return [{ account, preimage, currency, amount, outcome: { type: "released", release: first + i } }];
  });
};

/** Lists what a batch burned and what that led to. @param bridgeId 32 bytes */
export const burnsIn = (bridgeId: Uint8Array, entry: JournalEntry): readonly ToldBurn[] => [
  ...releasedIn(entry),
  ...entry.givenBack.map(
    ({ preimage, currency, amount }): ToldBurn => ({
      account: withdrawalAccount(bridgeId, preimage),
      preimage,
      currency,
      amount,
      outcome: { type: "given-back", to: toHex(preimage.refundAccount) },
    }),
  ),
];

/** @param bridgeId 32 bytes */
export const createWithdrawalEnds = (bridgeId: Uint8Array): WithdrawalEnds => {
  const ends = new Map<string, Burned>();
  const order: Burned[] = [];
  const places = new Map<string, number>();
  const byRelease = new Map<number, Burned>();
  const counts = new Map<string, number>();
  const preimages = new Map<string, WithdrawalPreimage>();
  const next = newBatches();

  const holdingOf = (account: Uint8Array, currency: string): string => `${toHex(account)}/${currency}`;
  const nextId = (account: Uint8Array, currency: string): string =>
    withdrawalId(toHex(account), currency, counts.get(holdingOf(account, currency)) ?? 0);

  const takeIn = ({ account, preimage, currency, amount, outcome }: ToldBurn, where: BatchPlace): Burned => {
    const told = { id: nextId(account, currency), account: toHex(account), currency, amount: amount.toString() };
    const one: Burned = { ...told, ...where, ...outcome };
    const holding = holdingOf(account, currency);
    counts.set(holding, (counts.get(holding) ?? 0) + 1);
    preimages.set(one.account, preimage);
    ends.set(one.id, one);
    places.set(one.id, order.length);
    order.push(one);
    if (one.type === "released") byRelease.set(one.release, one);
    return one;
  };

  return {
    get: (id) => ends.get(id),
    placeOf: (id) => places.get(id),
    ofRelease: (index) => byRelease.get(index),
    nextId,
    newest: (count) => order.slice(-count).reverse(),
    all: () => order,
    preimages: () => [...preimages.values()],
    update: (current) =>
      next(current).flatMap(({ entry, where }) => burnsIn(bridgeId, entry).map((told) => takeIn(told, where))),
  };
};
