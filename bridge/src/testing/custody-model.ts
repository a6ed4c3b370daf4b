/**
 * Custody on Diem as payments change it: a balance, a sequence number, and two streams of events.
 */
import { toHex } from "@pdiem/light-client/bytes";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readPeerToPeer } from "@pdiem/light-client/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/light-client/diem/transactions/raw-transaction";
import type { DiemWorld, TestPayment } from "./diem-world.js";

export interface CustodyModel {
  readonly balances: Map<string, bigint>;
  /** Pays custody, as somebody. */
  readonly pay: (payment: Omit<TestPayment, "version">) => void;
  /**
   * Executes a transaction of custody's, if it still can be: an aborted one uses up its sequence
   * number.
   */
  readonly submit: (transaction: RawTransaction) => "paid" | "aborted" | "void";
  /** Puts balances and sequence number where they can be proven. */
  readonly publish: () => void;
}

export const createCustody = (diem: DiemWorld): CustodyModel => {
  const balances = new Map<string, bigint>([
    ["XUS", 0n],
    ["XDX", 0n],
  ]);
  let sequenceNumber = 0n;
  let version = 0n;
  const change = (currency: string, amount: bigint): void => {
    balances.set(currency, (balances.get(currency) ?? 0n) + amount);
    version += 1n;
  };
  return {
    balances,
    pay: (payment) => {
      change(payment.currency, payment.amount);
      diem.received.push({ ...payment, version });
    },
    submit: (transaction) => {
      if (transaction.sequenceNumber !== sequenceNumber) return "void";
      if (diem.time / 1000n >= transaction.expirationTimestampSecs) return "void";
      const payment = readPeerToPeer(transaction.payload);
      if (payment === undefined) throw new Error("expected a payment");
      sequenceNumber += 1n;
      const { currency, amount, payee, metadata } = payment;
      const state = diem.others.get(toHex(payee)) ?? [];
      const takes = readBalance(state, currency) !== undefined && readFreezing(state) === false;
      if (!takes || (balances.get(currency) ?? 0n) < amount) return "aborted";
      change(currency, -amount);
      diem.sent.push({ currency, amount, other: payee, metadata, version });
      return "paid";
    },
    publish: () => {
      diem.custody = { balances: Object.fromEntries(balances), account: { sequenceNumber } };
    },
  };
};
