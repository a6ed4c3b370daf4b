/**
 * Why Move code stopped. Sources: language/move-stdlib/modules/Errors.move,
 * language/diem-framework/modules/DiemAccount.move.
 */

export type AbortCategory =
  | "invalidState"
  | "requiresAddress"
  | "requiresRole"
  | "requiresCapability"
  | "notPublished"
  | "alreadyPublished"
  | "invalidArgument"
  | "limitExceeded"
  | "internal"
  | "custom";

const CATEGORIES: Readonly<Record<AbortCategory, bigint>> = {
  invalidState: 1n,
  requiresAddress: 2n,
  requiresRole: 3n,
  requiresCapability: 4n,
  notPublished: 5n,
  alreadyPublished: 6n,
  invalidArgument: 7n,
  limitExceeded: 8n,
  internal: 10n,
  custom: 255n,
};

/** A category, and a reason that means nothing without the module that aborted. */
export interface AbortReason {
  /** Undefined: a number that no category has. */
  readonly category: AbortCategory | undefined;
  readonly reason: bigint;
}

export const abortCode = (category: AbortCategory, reason: bigint): bigint => CATEGORIES[category] | (reason << 8n);

export const readAbortCode = (code: bigint): AbortReason => ({
  category: (Object.keys(CATEGORIES) as AbortCategory[]).find((name) => CATEGORIES[name] === (code & 0xffn)),
  reason: code >> 8n,
});

/** Reasons of module DiemAccount that end a payment or a rotation. */
export const DIEM_ACCOUNT_ABORTS = {
  zeroDeposit: 2n,
  insufficientBalance: 5n,
  malformedAuthenticationKey: 8n,
  currencyAlreadyAdded: 15n,
  payeeDoesNotExist: 17n,
  payeeCannotAcceptCurrency: 18n,
  payerDoesNotHoldCurrency: 19n,
} as const;

/** Reasons of module DualAttestation, in the order in which they are checked. */
export const DUAL_ATTESTATION_ABORTS = {
  malformedSignature: 3n,
  payeeComplianceKeyNotSet: 5n,
  payeeBaseUrlNotSet: 6n,
  invalidSignature: 4n,
} as const;

/** Reason of module AccountFreezing for a payee that is frozen. */
export const ACCOUNT_FROZEN_ABORT = 5n;
