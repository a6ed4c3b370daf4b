/**
 * What payers say in a payment's metadata. Sources: types/src/transaction/metadata.rs, DIP 4 (where
 * they differ, the code).
 */
import {
  bytes,
  type Codec,
  decode,
  encode,
  enumeration,
  fixedBytes,
  mapped,
  option,
  string,
  struct,
  type Union,
  u64,
  unit,
  vector,
  versioned,
} from "../../codec/bcs.js";
import { isPdiemError } from "../../error.js";

/**
 * Subaddresses are 8 bytes by DIP 5, but any length can stand here; none: the custodian's own
 * account.
 */
export interface GeneralMetadata {
  readonly toSubaddress: Uint8Array | undefined;
  readonly fromSubaddress: Uint8Array | undefined;
  /** Sequence number of the payee's event that this payment answers. */
  readonly referencedEvent: bigint | undefined;
}

export interface TravelRuleMetadata {
  readonly offChainReferenceId: string | undefined;
}

export interface UnstructuredBytesMetadata {
  readonly metadata: Uint8Array | undefined;
}

interface RefundReasonVariants {
  readonly otherReason: undefined;
  readonly invalidSubaddress: undefined;
  readonly userInitiatedPartialRefund: undefined;
  readonly userInitiatedFullRefund: undefined;
  readonly invalidReferenceId: undefined;
}

export type RefundReason = keyof RefundReasonVariants;

export interface RefundMetadata {
  /** Version of the transaction that is refunded. */
  readonly transactionVersion: bigint;
  readonly reason: RefundReason;
}

export interface CoinTradeMetadata {
  readonly tradeIds: readonly string[];
}

export interface PaymentMetadata {
  /** 16 bytes, a UUID. */
  readonly referenceId: Uint8Array;
}

interface MetadataVariants {
  readonly undefined: undefined;
  readonly general: GeneralMetadata;
  readonly travelRule: TravelRuleMetadata;
  readonly unstructuredBytes: UnstructuredBytesMetadata;
  readonly refund: RefundMetadata;
  readonly coinTrade: CoinTradeMetadata;
  readonly payment: PaymentMetadata;
}

export type Metadata = Union<MetadataVariants>;

const refundReason: Codec<RefundReason> = mapped(
  enumeration<RefundReasonVariants>("RefundReason", {
    otherReason: [0, unit],
    invalidSubaddress: [1, unit],
    userInitiatedPartialRefund: [2, unit],
    userInitiatedFullRefund: [3, unit],
    invalidReferenceId: [4, unit],
  }),
  (reason) => reason.type,
  (type) => ({ type, value: undefined }),
);

export const metadata: Codec<Metadata> = enumeration<MetadataVariants>("Metadata", {
  undefined: [0, unit],
  general: [
    1,
    versioned(
      "GeneralMetadata",
      struct<GeneralMetadata>({
        toSubaddress: option(bytes()),
        fromSubaddress: option(bytes()),
        referencedEvent: option(u64),
      }),
    ),
  ],
  travelRule: [2, versioned("TravelRuleMetadata", struct<TravelRuleMetadata>({ offChainReferenceId: option(string) }))],
  unstructuredBytes: [3, struct<UnstructuredBytesMetadata>({ metadata: option(bytes()) })],
  refund: [4, versioned("RefundMetadata", struct<RefundMetadata>({ transactionVersion: u64, reason: refundReason }))],
  coinTrade: [5, versioned("CoinTradeMetadata", struct<CoinTradeMetadata>({ tradeIds: vector(string) }))],
  payment: [6, versioned("PaymentMetadata", struct<PaymentMetadata>({ referenceId: fixedBytes(16) }))],
});

export const encodeMetadata = (value: Metadata): Uint8Array => encode(metadata, value);

/**
 * Reads metadata; undefined for bytes that aren't one whole `Metadata`: they are opaque, as the
 * chain lets anything stand there.
 */
export const readMetadata = (input: Uint8Array): Metadata | undefined => {
  try {
    return decode(metadata, input);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Makes metadata that sends a payment to a subaddress of the payee. */
export const toSubaddress = (subaddress: Uint8Array): Metadata => ({
  type: "general",
  value: { toSubaddress: subaddress, fromSubaddress: undefined, referencedEvent: undefined },
});
