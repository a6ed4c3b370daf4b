/**
 * Payments that are signed and whose numbers aren't seen used yet: state, and what follows from
 * it.
 */
import type { PaymentAnswer } from "../../signing/signers.js";

export interface InFlight {
  readonly payment: PaymentAnswer;
  /** When a node took it last, by `monotonicNow`; undefined before. */
  readonly submittedAt: number | undefined;
}

/** By their releases. */
export type PayoutWindow = ReadonlyMap<bigint, InFlight>;

export const EMPTY_WINDOW: PayoutWindow = new Map();

/** Nodes tell nothing of what they drop: what isn't used for so long is handed in again. */
const AGAIN_MS = 3_000;
/** A node says that a number is used, and its proof doesn't come. */
const UNPROVEN_MS = 20_000;

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

export const withSigned = (window: PayoutWindow, payments: readonly PaymentAnswer[]): PayoutWindow =>
  new Map([...window, ...payments.map((payment) => [payment.index, { payment, submittedAt: undefined }] as const)]);

export const withSubmitted = (window: PayoutWindow, indexes: readonly bigint[], now: number): PayoutWindow => {
  const submitted = new Set(indexes);
  return new Map(
    [...window].map(([index, one]) => [index, submitted.has(index) ? { ...one, submittedAt: now } : one] as const),
  );
};

const inOrder = (window: PayoutWindow): readonly InFlight[] =>
  [...window.values()].sort((a, b) => (a.payment.index < b.payment.index ? -1 : 1));

/** Counts the payments from a release on that are signed without a gap. */
export const signedFrom = (window: PayoutWindow, next: bigint): number => {
  let count = 0;
  while (window.has(next + BigInt(count))) count += 1;
  return count;
};

export interface Due {
  /** In rising order. */
  readonly payments: readonly PaymentAnswer[];
  /** Whether a node has taken the lowest, and it didn't move for a while. */
  readonly isStill: boolean;
}

const isOlder = (one: InFlight | undefined, ms: number, now: number): boolean =>
  one?.submittedAt !== undefined && now - one.submittedAt >= ms;

/**
 * Lists the payments to hand to nodes: those that none has taken. All of them where the lowest
 * hasn't moved for a while. A node may have dropped any, or said falsely that it is used.
 * @param next the lowest release whose number isn't used, as nodes say
 */
export const toSubmit = (window: PayoutWindow, next: bigint, now: number): Due => {
  const all = inOrder(window);
  const open = all.filter(({ payment }) => payment.index >= next);
  if (isOlder(all[0], UNPROVEN_MS, now)) return { payments: all.map(({ payment }) => payment), isStill: true };
  const isStill = isOlder(open[0], AGAIN_MS, now);
  const due = isStill ? open : open.filter(({ submittedAt }) => submittedAt === undefined);
  return { payments: due.map(({ payment }) => payment), isStill };
};
