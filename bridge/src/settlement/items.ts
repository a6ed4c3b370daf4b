/**
 * What a relayer asks to be settled in one batch, with the leaves that the rules look up
 * (PROTOCOL 3).
 */
import {
  type Decoded,
  enumeration,
  fixedBytes,
  option,
  string,
  struct,
  u32,
  u64,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { signedCheckpoint } from "../checkpoint/signed-checkpoint.js";
import { MAX_CURRENCIES } from "../config/bridge-config.js";
import { MAX_TOLD_CHECKPOINTS } from "../ledger/journal-entry.js";
import { leafPath } from "../ledger/list.js";
import { release } from "../ledger/release.js";
import { withdrawalPreimage } from "../withdrawal/withdrawal-account.js";

export const MAX_REGISTRATIONS = 64;
export const MAX_THAWS = 64;
/** The most deposits that one batch takes up. */
export const MAX_ADMITTED = 65_536;
const MAX_ITEMS = 2048;

/** What the rules look up for one deposit; each is wanted only where its rule asks for it. */
export const depositLookups = struct({
  /** The registered account that the subaddress names, 32 bytes. */
  account: option(struct({ leaf: fixedBytes(32), path: leafPath })),
  /** The release that it sends back. */
  release: option(struct({ leaf: release, path: leafPath })),
  /**
   * For refund metadata: how many of custody's sent events stand before the version that it names.
   */
  paymentsBefore: option(u64),
});
export type DepositLookups = Decoded<typeof depositLookups>;

/** The next deposits in the order of their events: one to settle, or several put off unseen. */
export const admission = enumeration("Admission", { settle: [0, depositLookups], putOff: [1, u32] });
export type Admission = Decoded<typeof admission>;

/**
 * A leaf of `ledger.waiting` to be settled and cleared; `path` fits the list as the leaves before
 * left it.
 */
export const waitingItem = struct({
  index: u64,
  path: leafPath,
  content: enumeration("WaitingContent", {
    deposit: [0, struct({ number: u64, lookups: depositLookups })],
    release: [1, struct({ index: u64, leaf: release, path: leafPath })],
  }),
});
export type WaitingItem = Decoded<typeof waitingItem>;

export const withdrawalItem = struct({
  /** The preimage of the account that holds the wrapped asset. */
  preimage: withdrawalPreimage,
  /** Code of the currency that its asset wraps. */
  currency: string,
});
export type WithdrawalItem = Decoded<typeof withdrawalItem>;

export const items = struct({
  waiting: vector(waitingItem, MAX_ITEMS),
  admissions: vector(admission, MAX_ITEMS),
  withdrawals: vector(withdrawalItem, MAX_ITEMS),
  /** Beneficiaries to register, 32 bytes each. */
  registrations: vector(fixedBytes(32), MAX_REGISTRATIONS),
  /** Codes of the currencies whose accrued fees are claimed. */
  feeClaims: vector(string, MAX_CURRENCIES),
  /** How many releases to fold, those from `ledger.paid.releases` on. */
  fold: u32,
  /** Accounts to thaw during an amnesty. */
  thaws: vector(struct({ currency: string, account: fixedBytes(32) }), MAX_THAWS),
  /** Codes of the currencies whose due `set_team` is left out: Root has taken the asset. */
  withoutTeam: vector(string, MAX_CURRENCIES),
  /** Checkpoints at which the signers changed, for the journal. */
  checkpoints: vector(signedCheckpoint, MAX_TOLD_CHECKPOINTS),
});
export type Items = Decoded<typeof items>;

export const NO_ITEMS: Items = {
  waiting: [],
  admissions: [],
  withdrawals: [],
  registrations: [],
  feeClaims: [],
  fold: 0,
  thaws: [],
  withoutTeam: [],
  checkpoints: [],
};
