/** What a relayer asks to be settled in one batch, or to be paid, with the leaves that it looks up in the ledger. */
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { type WithdrawalPreimage, withdrawalPreimageJson } from "./addresses.js";
import { as, decimal, hex, hexOf, integer, type Json, list, optional, record, text } from "./json.js";
import { type Release, release } from "./release.js";

/** A leaf of one of the ledger's accumulators, with its siblings, leaf side first. */
export interface LeafProof<T> {
  readonly leaf: T;
  readonly siblings: readonly Uint8Array[];
}

export interface DepositItem {
  /** In custody's received-payment events. */
  readonly number: bigint;
  /** The registered account that its subaddress names, wanted only then. */
  readonly account: LeafProof<Uint8Array> | undefined;
  /** The release that it sends back, wanted only then. */
  readonly release: LeafProof<Release> | undefined;
  /** For refund metadata alone: how many of custody's sent events stand before the version that it names. */
  readonly paymentsBefore: bigint | undefined;
}

export interface WithdrawalItem {
  /** Of the account that holds the wrapped asset. */
  readonly preimage: WithdrawalPreimage;
  /** Code of the currency that its asset wraps. */
  readonly currency: string;
}

export interface Items {
  readonly deposits: readonly DepositItem[];
  readonly withdrawals: readonly WithdrawalItem[];
  /** Beneficiaries to register, 32 bytes each. */
  readonly registrations: readonly Uint8Array[];
  /** Codes of the currencies whose accrued fees are claimed. */
  readonly feeClaims: readonly string[];
  /** How many of custody's sent events to fold, those after `ledger.paid.sent`. */
  readonly sentEvents: number;
}

/** A release to be paid. */
export interface PayoutItem {
  /** In `ledger.releases`. */
  readonly index: bigint;
  readonly release: LeafProof<Release>;
}

export const NO_ITEMS: Items = {
  deposits: [],
  withdrawals: [],
  registrations: [],
  feeClaims: [],
  sentEvents: 0,
};

export const MAX_REGISTRATIONS = 64;
const MAX_DEPOSITS = 2048;
const MAX_WITHDRAWALS = 2048;
const MAX_SENT_EVENTS = 4096;
const MAX_RELEASE_BYTES = 256;

const currencyCode = text(32, /^[A-Z][A-Z0-9]*$/);
const siblings = list(hexOf(32), 63);
const releaseJson: Json<Release> = as(
  hex(MAX_RELEASE_BYTES),
  (bytes) => decode(release, bytes),
  (value) => encode(release, value),
);

export const itemsJson: Json<Items> = record<Items>({
  deposits: list(
    record<DepositItem>({
      number: decimal(64),
      account: optional(record<LeafProof<Uint8Array>>({ leaf: hexOf(32), siblings })),
      release: optional(record<LeafProof<Release>>({ leaf: releaseJson, siblings })),
      paymentsBefore: optional(decimal(64)),
    }),
    MAX_DEPOSITS,
  ),
  withdrawals: list(
    record<WithdrawalItem>({ preimage: withdrawalPreimageJson, currency: currencyCode }),
    MAX_WITHDRAWALS,
  ),
  registrations: list(hexOf(32), MAX_REGISTRATIONS),
  feeClaims: list(currencyCode, 64),
  sentEvents: integer(MAX_SENT_EVENTS),
});

export const payoutItemJson: Json<PayoutItem> = record<PayoutItem>({
  index: decimal(64),
  release: record<LeafProof<Release>>({ leaf: releaseJson, siblings }),
});

/** A plain JSON value. */
export const formatPayoutItem = (item: PayoutItem): unknown => payoutItemJson.format(item);

/** Reads what `formatItems` gives. @throws DecodeError `decode/json` and those of a release's BCS */
export const parseItems = (value: unknown): Items => itemsJson.parse(value, "items");

/** A plain JSON value; a release as the `0x`-hex of its BCS. */
export const formatItems = (items: Items): unknown => itemsJson.format(items);
