/** What became of wrapped asset on withdrawal accounts, as the journal tells it: each burn with what it led to. */
import type { WithdrawalPreimage } from "@pdiem/bridge/addresses";
import { withdrawalAccount } from "@pdiem/bridge/addresses";
import type { BridgeConfig } from "@pdiem/bridge/config";
import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config";
import type { JournalEntry } from "@pdiem/bridge/journal";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/call";
import { withdrawalId } from "../queues/jobs.js";
import type { InForce } from "./bridge-view.js";

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
  readonly update: (inForce: InForce) => readonly Burned[];
}

type Burn = Extract<Call, { type: "burn" }>;
type Ending = WithdrawalPreimage & {
  readonly account: Uint8Array;
  readonly currency: string;
  readonly end:
    | { readonly type: "released"; readonly release: number }
    | { readonly type: "returned"; readonly to: string; readonly reason: string };
};

const endingsOf = ({ step }: JournalEntry, bridgeId: Uint8Array): readonly Ending[] => {
  const first = Number(step.ledger.releases.numLeaves) - step.releases.length;
  const released = step.releases.flatMap(({ origin, payee, subaddress, currency }, i): readonly Ending[] => {
    if (origin.type !== "withdrawal") return [];
    const { account, refundAccount } = origin.value;
    return [{ payee, subaddress, refundAccount, account, currency, end: { type: "released", release: first + i } }];
  });
  const returned = step.returned.map(({ preimage, currency, reason }): Ending => {
    const to = toHex(preimage.refundAccount ?? new Uint8Array());
    return {
      ...preimage,
      account: withdrawalAccount(bridgeId, preimage),
      currency,
      end: { type: "returned", to, reason },
    };
  });
  return [...released, ...returned];
};

export const createWithdrawalEnds = (config: BridgeConfig): WithdrawalEnds => {
  const bridgeId = bridgeIdOf(config);
  const ends = new Map<string, Burned>();
  const byRelease = new Map<number, Burned>();
  const counts = new Map<string, number>();
  const preimages = new Map<string, WithdrawalPreimage>();
  let taken = 0;

  const placeOf = (account: Uint8Array, currency: string): string => `${toHex(account)}/${currency}`;
  const nextId = (account: Uint8Array, currency: string): string =>
    withdrawalId(toHex(account), currency, counts.get(placeOf(account, currency)) ?? 0);

  const burnOf = ({ calls }: JournalEntry, { account, currency }: Ending): Burn | undefined => {
    const assetId = config.currencies.find(({ code }) => code === currency)?.assetId;
    return calls.find(
      (call): call is Burn => call.type === "burn" && call.asset === assetId && equal(call.who, account),
    );
  };

  const takeIn = (entry: JournalEntry, ending: Ending, where: Pick<Burned, "batch" | "block">): readonly Burned[] => {
    const { account, currency, end, payee, subaddress, refundAccount } = ending;
    const amount = burnOf(entry, ending)?.amount ?? 0n;
    const fee = config.currencies.find(({ code }) => code === currency)?.fees.withdrawal ?? 0n;
    const common = {
      id: nextId(account, currency),
      account: toHex(account),
      currency,
      burned: String(amount),
      ...where,
    };
    const one: Burned =
      end.type === "released" ? { ...common, ...end } : { ...common, ...end, amount: String(amount - fee) };
    const place = placeOf(account, currency);
    counts.set(place, (counts.get(place) ?? 0) + 1);
    preimages.set(toHex(account), { payee, subaddress, refundAccount });
    ends.set(one.id, one);
    if (one.type === "released") byRelease.set(one.release, one);
    return [one];
  };

  return {
    get: (id) => ends.get(id),
    ofRelease: (index) => byRelease.get(index),
    nextId,
    newest: (count) => [...ends.values()].slice(-count).reverse(),
    preimages: () => [...preimages.values()],
    update: ({ history, records }) => {
      const added: Burned[] = [];
      for (; taken < history.entries.length; taken++) {
        const entry = history.entries[taken];
        const record = entry === undefined ? undefined : records.get(toHex(entry.anchor));
        if (entry === undefined || record === undefined) continue;
        const where = { batch: toHex(record.hash), block: record.block };
        for (const ending of endingsOf(entry, bridgeId)) added.push(...takeIn(entry, ending, where));
      }
      return added;
    },
  };
};
