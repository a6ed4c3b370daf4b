/** What became of wrapped asset on withdrawal accounts, as the journal tells it: each burn with what it led to. */
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/addresses";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type ToldWithdrawal, toldWithdrawals } from "@pdiem/bridge-client/journal/withdrawal-journal";
import { toHex } from "@pdiem/light-client/bytes";
import { withdrawalId } from "../../jobs/jobs.js";
import type { CurrentLedger } from "../bridge/bridge-view.js";

/** Amounts in smallest units, as decimal text; accounts, addresses and hashes in hex. `burned` is before the fee. */
export type Burned = {
  /** Of the transfer. */
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly burned: string;
  readonly batch: string;
  readonly block: number;
} & (
  | { readonly type: "released"; readonly release: number }
  | { readonly type: "returned"; readonly to: string; readonly amount: string; readonly reason: string }
);

export interface WithdrawalEnds {
  /** @param id of the transfer */
  readonly get: (id: string) => Burned | undefined;
  /** The transfer that a release pays; undefined for a refund. */
  readonly ofRelease: (index: number) => Burned | undefined;
  /** Of the transfer that what an account holds now, or will hold next, is part of. */
  readonly nextId: (account: Uint8Array, currency: string) => string;
  /** The newest first. */
  readonly newest: (count: number) => readonly Burned[];
  /** Preimages of all accounts that anything was ever burned on. */
  readonly preimages: () => readonly WithdrawalPreimage[];
  /** Takes in what a later ledger in force adds, and returns that. */
  readonly update: (current: CurrentLedger) => readonly Burned[];
}

const endOf = (told: ToldWithdrawal) =>
  told.type === "released"
    ? ({ type: told.type, release: Number(told.index) } as const)
    : ({
        type: told.type,
        to: toHex(told.preimage.refundAccount ?? new Uint8Array()),
        amount: told.amount.toString(),
        reason: told.unpayable,
      } as const);

export const createWithdrawalEnds = (config: BridgeConfig): WithdrawalEnds => {
  const ends = new Map<string, Burned>();
  const byRelease = new Map<number, Burned>();
  const counts = new Map<string, number>();
  const preimages = new Map<string, WithdrawalPreimage>();
  let taken = 0;

  const placeOf = (account: Uint8Array, currency: string): string => `${toHex(account)}/${currency}`;
  const nextId = (account: Uint8Array, currency: string): string =>
    withdrawalId(toHex(account), currency, counts.get(placeOf(account, currency)) ?? 0);

  const takeIn = (told: ToldWithdrawal, where: Pick<Burned, "batch" | "block">): Burned => {
    const { account, currency, preimage, burned } = told;
    const common = { id: nextId(account, currency), account: toHex(account), currency, burned: burned.toString() };
    const one: Burned = { ...common, ...where, ...endOf(told) };
    const place = placeOf(account, currency);
    counts.set(place, (counts.get(place) ?? 0) + 1);
    preimages.set(toHex(account), preimage);
    ends.set(one.id, one);
    if (one.type === "released") byRelease.set(one.release, one);
    return one;
  };

  return {
    get: (id) => ends.get(id),
    ofRelease: (index) => byRelease.get(index),
    nextId,
    newest: (count) => [...ends.values()].slice(-count).reverse(),
    preimages: () => [...preimages.values()],
    update: ({ history, records }) => {
      const added: Burned[] = [];
      for (; taken < history.batches.length; taken++) {
        const entry = history.batches[taken];
        const record = entry === undefined ? undefined : records.get(toHex(entry.anchor));
        if (entry === undefined || record === undefined) continue;
        const where = { batch: toHex(record.hash), block: record.block };
        for (const told of toldWithdrawals(config, entry)) added.push(takeIn(told, where));
      }
      return added;
    },
  };
};
