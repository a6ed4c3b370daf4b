/** What a batch's journal entry tells of withdrawals, so that a relayer that has nothing knows them all again. */
import { toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/addresses";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { JournalEntry } from "./journal.js";
import type { Unpayable } from "@pdiem/bridge/withdrawal/payable";
import type { Release } from "@pdiem/bridge/ledger/release";
import type { Step } from "@pdiem/bridge/ledger/journal-entry";

/**
 * How a withdrawal ended; amounts in smallest units, `burned` as the batch asked for it: dust that came in after the facts,
 * too little to stay, burns along without being told.
 */
export type ToldWithdrawal = {
  readonly account: Uint8Array;
  readonly currency: string;
  readonly preimage: WithdrawalPreimage;
  readonly burned: bigint;
} & (
  | { readonly type: "released"; readonly index: bigint; readonly release: Release }
  | { readonly type: "returned"; readonly amount: bigint; readonly unpayable: Unpayable }
);

type Ending = Pick<ToldWithdrawal, "account" | "currency" | "preimage"> &
  (
    | { readonly type: "released"; readonly index: bigint; readonly release: Release }
    | { readonly type: "returned"; readonly unpayable: Unpayable }
  );

const endingsOf = (config: BridgeConfig, { ledger, releases, returned }: Step): readonly Ending[] => {
  const first = ledger.releases.numLeaves - BigInt(releases.length);
  const released = releases.flatMap((release, i): readonly Ending[] => {
    const { currency, origin, payee, subaddress } = release;
    if (origin.type !== "withdrawal") return [];
    const { account, refundAccount } = origin.value;
    const preimage = { payee, subaddress, refundAccount };
    return [{ type: "released", account, currency, preimage, index: first + BigInt(i), release }];
  });
  const given = returned.map(({ preimage, currency, reason }): Ending => {
    const account = withdrawalAccount(bridgeId(config), preimage);
    return { type: "returned", account, currency, preimage, unpayable: reason };
  });
  return [...released, ...given];
};

const nameOf = (asset: number, account: Uint8Array): string => `${asset}/${toHex(account)}`;

const mintAfter = (calls: readonly Call[], place: number): bigint => {
  const next = calls[place + 1];
  return next?.type === "mint" ? next.amount : 0n;
};

/** The withdrawals that a batch settled, in the order of its burns. */
export const toldWithdrawals = (config: BridgeConfig, { step, calls }: JournalEntry): readonly ToldWithdrawal[] => {
  const assets = new Map(config.currencies.map(({ code, assetId }) => [code, assetId]));
  const endings = new Map(
    endingsOf(config, step).map((ending) => [nameOf(assets.get(ending.currency) ?? -1, ending.account), ending]),
  );
  return calls.flatMap((call, place): readonly ToldWithdrawal[] => {
    if (call.type !== "burn") return [];
    const ending = endings.get(nameOf(call.asset, call.who));
    if (ending === undefined) return [];
    const burned = call.amount;
    return [
      ending.type === "released" ? { ...ending, burned } : { ...ending, burned, amount: mintAfter(calls, place) },
    ];
  });
};
