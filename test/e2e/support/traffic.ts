/**
 * Transfers in both directions, how each must end, and what all of them together must leave
 * behind.
 */
import { randomBytes } from "node:crypto";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { expect } from "vitest";
import { type RelayedBridge, rawFor } from "./relayed-bridge.js";
import { accountOf, type Sent } from "./withdrawals.js";

export const DEPOSIT_FEE = 10_000n;
export const WITHDRAWAL_FEE = 20_000n;
export const REFUND_FEE = 20_000n;

/**
 * What the relayer's API must say of a transfer in the end. On its way there, it may wait for
 * something else.
 */
interface End {
  /** Part of what it waits for, where it stays open. */
  readonly waitingFor?: string;
  readonly [more: string]: unknown;
}

export interface Transfer {
  readonly id: string;
  readonly end: End;
}

/** What all transfers leave behind, in smallest units. */
export interface Totals {
  readonly supply: bigint;
  readonly fees: bigint;
  /**
   * In custody's possession and owed to nobody: kept deposits, and those that wait to be settled.
   */
  readonly surplus: bigint;
  /** Balances of accounts on the parachain by their hex. */
  readonly balances: ReadonlyMap<string, bigint>;
  /** Payments of custody's: payee's hex and amount, sorted. */
  readonly payments: readonly string[];
}

export interface Traffic {
  /**
   * Pays custody for an account, which must be minted the amount without the fee.
   * @param metadata names the account where it isn't given
   */
  readonly deposit: (account: Uint8Array, amount: bigint, metadata?: Uint8Array, from?: DiemWallet) => Promise<void>;
  readonly depositRefunded: (amount: bigint, metadata: Uint8Array, from?: DiemWallet) => Promise<void>;
  readonly depositKept: (amount: bigint, metadata: Uint8Array, from: DiemWallet) => Promise<void>;
  readonly depositWaits: (amount: bigint, metadata: Uint8Array, waitingFor: string) => Promise<void>;
  /** Expectations alone: the sending is the caller's. Each gives what is to be sent. */
  readonly paid: (preimage: WithdrawalPreimage, burned: bigint, ordinal?: number) => Sent;
  /** To a payee who is known not to be payable: back to the refund account at once. */
  readonly givenBack: (preimage: WithdrawalPreimage, burned: bigint) => Sent;
  /** The same after its payment has aborted on Diem. */
  readonly aborted: (preimage: WithdrawalPreimage, burned: bigint) => Sent;
  readonly waits: (preimage: WithdrawalPreimage, amount: bigint, waitingFor: string) => Sent;
  /** Wrapped asset that leaves an account, by whatever way. */
  readonly spend: (account: Uint8Array, amount: bigint) => void;
  readonly deposits: () => readonly Transfer[];
  readonly withdrawals: () => readonly Transfer[];
  readonly totals: () => Totals;
}

export const withdrawalId = (bridge: RelayedBridge, preimage: WithdrawalPreimage, ordinal = 0): string =>
  `withdrawal-${toHex(accountOf(bridge, preimage))}-XUS-${ordinal}`;

/** With a subaddress of its own, so that no two withdrawals share an account. */
export const withdrawalTo = (payee: Uint8Array, refundAccount: Uint8Array = randomBytes(32)): WithdrawalPreimage => ({
  payee,
  subaddress: randomBytes(8),
  refundAccount,
});

/** Waits until the API says so of a transfer. */
export const untilView = (
  bridge: RelayedBridge,
  id: string,
  holds: (view: TransferView) => boolean,
  timeout?: number,
): Promise<TransferView> =>
  eventually(async () => {
    const view = await bridge.ask<TransferView>(`/api/v1/transfers/${id}`).catch(() => undefined);
    return view !== undefined && holds(view) ? view : undefined;
  }, timeout);

/** Waits until all have ended, each as it must. */
export const untilAllEnded = async (bridge: RelayedBridge, traffic: Traffic): Promise<void> => {
  for (const { id, end } of [...traffic.deposits(), ...traffic.withdrawals()]) {
    const view = await untilView(bridge, id, ({ result, payout }) => result !== undefined && payout?.state !== "owed");
    expect(view).toMatchObject({ id, ...end });
  }
};

export const paymentText = (payee: Uint8Array, amount: bigint): string => `${toHex(payee)} ${amount}`;

export const startTraffic = (bridge: RelayedBridge): Traffic => {
  const deposits: { readonly version: number; readonly end: End }[] = [];
  const withdrawals: Transfer[] = [];
  const balances = new Map<string, bigint>();
  const payments: string[] = [];
  let [supply, fees, surplus] = [0n, 0n, 0n];

  const change = (account: Uint8Array, by: bigint): void => {
    balances.set(toHex(account), (balances.get(toHex(account)) ?? 0n) + by);
  };
  const pay = async (from: DiemWallet, amount: bigint, metadata: Uint8Array, end: End): Promise<void> => {
    const payee = bridge.config.diem.custody;
    const { status, version } = await from.pay({ payee, currency: "XUS", amount, metadata });
    expect(status).toBe("executed");
    deposits.push({ version, end });
  };
  const burn = (preimage: WithdrawalPreimage, burned: bigint, ordinal: number, end: End): Sent => {
    supply -= burned;
    fees += WITHDRAWAL_FEE;
    withdrawals.push({ id: withdrawalId(bridge, preimage, ordinal), end });
    return { preimage, amount: burned };
  };

  const giveBack = ({ refundAccount }: WithdrawalPreimage, burned: bigint): object => {
    const amount = burned - WITHDRAWAL_FEE;
    change(refundAccount, amount);
    supply += amount;
    return { outcome: "given-back", amount: String(amount), to: toHex(refundAccount) };
  };

  return {
    deposit: (account, amount, metadata = rawFor(account), from = bridge.payer) => {
      const received = amount - DEPOSIT_FEE;
      change(account, received);
      supply += received;
      fees += DEPOSIT_FEE;
      return pay(from, amount, metadata, { result: { outcome: "minted", amount: String(received) } });
    },
    depositRefunded: (amount, metadata, from = bridge.payer) => {
      const refunded = amount - REFUND_FEE;
      fees += REFUND_FEE;
      payments.push(paymentText(from.address, refunded));
      const result = { outcome: "refunded", amount: String(refunded) };
      return pay(from, amount, metadata, { result, payout: { state: "paid" } });
    },
    depositKept: (amount, metadata, from) => {
      surplus += amount;
      return pay(from, amount, metadata, { result: { outcome: "kept" } });
    },
    depositWaits: (amount, metadata, waitingFor) => {
      surplus += amount;
      return pay(bridge.payer, amount, metadata, { waitingFor });
    },
    paid: (preimage, burned, ordinal = 0) => {
      const amount = burned - WITHDRAWAL_FEE;
      payments.push(paymentText(preimage.payee, amount));
      const result = { outcome: "paid", amount: String(amount) };
      return burn(preimage, burned, ordinal, { result, payout: { state: "paid" } });
    },
    givenBack: (preimage, burned) => burn(preimage, burned, 0, { result: giveBack(preimage, burned) }),
    aborted: (preimage, burned) =>
      burn(preimage, burned, 0, { result: giveBack(preimage, burned), payout: { state: "ended" } }),
    waits: (preimage, amount, waitingFor) => {
      change(accountOf(bridge, preimage), amount);
      const end = { stage: "proven", waitingFor };
      withdrawals.push({ id: withdrawalId(bridge, preimage), end });
      return { preimage, amount };
    },
    spend: (account, amount) => change(account, -amount),
    deposits: () =>
      deposits
        .toSorted((a, b) => a.version - b.version)
        .map(({ end }, number): Transfer => ({ id: `deposit-${number}`, end })),
    withdrawals: () => withdrawals,
    totals: () => ({ supply, fees, surplus, balances, payments: payments.toSorted() }),
  };
};
