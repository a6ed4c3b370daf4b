/**
 * Payments that are signed and whose numbers aren't seen used yet: state, and what follows from
 * it.
 */
import type { SignedPayment } from "@pdiem/enclave/wire/signing";

export interface InFlight {
  readonly payment: SignedPayment;
  /** When a node took it last, ms; undefined before. */
  readonly submittedAt: number | undefined;
}

/** By their releases. */
export type PayoutWindow = ReadonlyMap<bigint, InFlight>;

export const EMPTY_WINDOW: PayoutWindow = new Map();

/** Nodes tell nothing of what they drop: what isn't used for so long is handed in again. */
const AGAIN_MS = 3_000;

const filtered = (window: PayoutWindow, keep: (index: bigint, one: InFlight) => boolean): PayoutWindow =>
  new Map([...window].filter(([index, one]) => keep(index, one)));

/**
 * Leaves out those whose numbers are used, however that ended.
 * @param next the lowest release whose number isn't
 */
export const afterUsed = (window: PayoutWindow, next: bigint): PayoutWindow =>
  filtered(window, (index) => index >= next);

/** Leaves out those that can't execute any more. @param diemTime proven, ms */
export const afterExpiry = (window: PayoutWindow, diemTime: bigint): PayoutWindow =>
  filtered(window, (_, { payment }) => payment.expirationTimestampSecs > diemTime / 1000n);

export const withSigned = (window: PayoutWindow, payments: readonly SignedPayment[]): PayoutWindow =>
  new Map([...window, ...payments.map((payment) => [payment.index, { payment, submittedAt: undefined }] as const)]);

export const withSubmitted = (window: PayoutWindow, indexes: readonly bigint[], now: number): PayoutWindow => {
  const submitted = new Set(indexes);
  return new Map(
    [...window].map(([index, one]) => [index, submitted.has(index) ? { ...one, submittedAt: now } : one] as const),
  );
};

const inOrder = (window: PayoutWindow): readonly InFlight[] =>
  [...window.values()].sort((a, b) => (a.payment.index < b.payment.index ? -1 : 1));

/**
 * Lists the payments to hand to a node, in rising order: those that none has taken. All of them
 * where the lowest hasn't moved for a while, as a node may have dropped any.
 */
export const toSubmit = (window: PayoutWindow, now: number): readonly SignedPayment[] => {
  const all = inOrder(window);
  const lowest = all[0]?.submittedAt;
  const isStill = lowest !== undefined && now - lowest >= AGAIN_MS;
  const due = isStill ? all : all.filter(({ submittedAt }) => submittedAt === undefined);
  return due.map(({ payment }) => payment);
};
