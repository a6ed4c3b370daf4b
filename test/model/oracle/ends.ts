/** How deposits and releases ended: each once. */
import { feeOf } from "@pdiem/bridge/config/fee";
import type { DepositResult } from "@pdiem/bridge/deposit/deposit-result";
import { readDestination, readPaidRelease } from "@pdiem/bridge/deposit/destination";
import { type Release, release as releaseCodec } from "@pdiem/bridge/ledger/release";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { DiemState, PaymentEvent } from "../chains/diem.js";
import type { Known } from "../enclave/known.js";
import type { SignedPayment, SignedSettlement } from "../enclave/signed.js";
import { CUSTODYS_PARENT, currencies, SIBLING } from "../setting.js";
import { demand, Violation } from "../violation.js";
import type { Governed } from "./governance.js";

export interface Ends {
  /** By number. */
  readonly deposits: Map<bigint, "minted" | "refunded" | "kept">;
  /** By index. */
  readonly releases: Map<bigint, "paid" | "given-back" | "released-anew">;
}

export const copyEnds = ({ deposits, releases }: Ends): Ends => ({
  deposits: new Map(deposits),
  releases: new Map(releases),
});

const once = <K, V>(ends: Map<K, V>, key: K, how: V, what: string): void => {
  demand(!ends.has(key), () => `${what} ${key} ends twice: ${ends.get(key)}, ${how}`);
  ends.set(key, how);
};

const isSameRelease = (a: Release, b: Release): boolean => equal(encode(releaseCodec, a), encode(releaseCodec, b));

/**
 * Who a deposit is for, by what its payer wrote. It is undefined for nobody, `custody` for what
 * can't be sent back again.
 */
const receiverOf = (
  known: Known,
  { sent }: DiemState,
  { metadata, version }: PaymentEvent,
): Uint8Array | "custody" | undefined => {
  const destination = readDestination(metadata);
  if (destination.type === "account") return destination.account;
  if (destination.type === "registered") return known.accounts[Number(destination.index)];
  if (destination.type === "none") return undefined;
  const carrying =
    destination.type === "refunded" && destination.version < version
      ? sent.find((event) => event.version === destination.version)
      : undefined;
  const index = destination.type === "release" ? destination.index : carrying && readPaidRelease(carrying.metadata);
  const origin = index === undefined ? undefined : known.releases[Number(index)]?.origin;
  return origin?.type === "withdrawal" ? origin.value.refundAccount : origin && "custody";
};

const isReturn = (known: Known, diem: DiemState, payment: PaymentEvent): boolean => {
  const { type } = readDestination(payment.metadata);
  return (type === "release" || type === "refunded") && receiverOf(known, diem, payment) !== undefined;
};

/** Kept is only what can't be given to anybody ever. */
const mayBeKept = (known: Known, diem: DiemState, payment: PaymentEvent): boolean => {
  const fees = currencies.find(({ code }) => code === payment.currency)?.fees;
  if (fees === undefined) return false;
  if (!isReturn(known, diem, payment))
    return (
      payment.amount <= feeOf(fees.refund, payment.amount) ||
      equal(payment.other, SIBLING) ||
      equal(payment.other, CUSTODYS_PARENT)
    );
  return receiverOf(known, diem, payment) === "custody" || payment.amount <= feeOf(fees.deposit, payment.amount);
};

const checkMinted = (
  { known }: SignedSettlement["basis"],
  governed: Governed,
  diem: DiemState,
  payment: PaymentEvent,
  result: Extract<DepositResult, { type: "minted" }>,
): void => {
  const at = currencies.findIndex(({ code }) => code === payment.currency);
  const [currency, rules] = [currencies[at], governed.rules[at]];
  if (currency === undefined || rules === undefined) throw new Violation(`minted for ${payment.currency}`);
  const receiver = receiverOf(known, diem, payment);
  demand(
    receiver instanceof Uint8Array && equal(receiver, result.account),
    () => `deposit ${result.number} minted to another`,
  );
  demand(
    result.amount === payment.amount - feeOf(currency.fees.deposit, payment.amount),
    () => "another amount minted",
  );
  const isWithin = payment.amount >= rules.minimum && payment.amount <= rules.maximum;
  demand(isWithin || isReturn(known, diem, payment), () => `deposit ${result.number} minted out of bounds`);
};

/** Notes how a deposit ended, and checks that it had to. */
const endDeposit = (
  ends: Ends,
  { basis }: SignedSettlement,
  governed: Governed,
  diem: DiemState,
  result: DepositResult,
): void => {
  if (result.type === "waits") return;
  once(ends.deposits, result.number, result.type, "deposit");
  const payment = diem.received[Number(result.number)];
  if (payment === undefined) throw new Violation(`deposit ${result.number} doesn't exist`);
  if (result.type === "minted") checkMinted(basis, governed, diem, payment, result);
  if (result.type === "kept")
    demand(mayBeKept(basis.known, diem, payment), () => `deposit ${result.number} kept for ${result.reason}`);
  if (result.type !== "refunded") return;
  demand(equal(result.release.payee, payment.other), () => `deposit ${result.number} refunded to another`);
  demand(!isReturn(basis.known, diem, payment), () => `returned payout ${result.number} refunded`);
};

/** Notes how a batch that took effect ended what it settles. */
export const endBatch = (ends: Ends, signed: SignedSettlement, governed: Governed, diem: DiemState): void => {
  for (const result of signed.batch.deposits) endDeposit(ends, signed, governed, diem, result);
  for (const { type, result } of signed.batch.waiting) {
    if (type === "deposit") endDeposit(ends, signed, governed, diem, result);
    else if (result.type !== "waits") once(ends.releases, result.index, result.type, "release");
  }
};

/** Notes a payment that was made. @param known of the ledger in force */
export const endPayment = (ends: Ends, { releases }: Known, { index, release }: SignedPayment): void => {
  const owed = releases[Number(index)];
  demand(owed !== undefined && isSameRelease(owed, release), () => `payment of release ${index} that isn't owed`);
  once(ends.releases, index, "paid", "release");
};
