/** Vectors of what people and wallets exchange: account identifiers, intents, metadata. */

import { decodeAccountIdentifier, encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { formatIntent, parseIntent } from "@pdiem/chain-formats/diem/address/intent";
import { equal, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { dualAttestationMessage } from "@pdiem/light-client/diem/state/dual-attestation";
import { type Metadata, metadata, type RefundReason } from "@pdiem/light-client/diem/transactions/metadata";
import { DecodeError } from "@pdiem/light-client/error";
import { type Fields, type Handler, hexOfValue, textOf, UnreadableVector } from "./vector.js";

const sameOrFail = (condition: boolean, what: string): void => {
  if (!condition) throw new DecodeError("decode/round-trip", `${what} doesn't come back as it went`);
};

const accountIdentifier: Handler = (input) => {
  const hrp = input.text("hrp");
  const given = input.has("identifier") ? input.text("identifier") : undefined;
  const subaddress = input.has("subaddress") ? input.hex("subaddress") : undefined;
  const identifier = given ?? encodeAccountIdentifier(hrp, input.hex("address"), subaddress);
  const decoded = decodeAccountIdentifier(hrp, identifier);
  sameOrFail(given !== undefined || equal(decoded.address, input.hex("address")), "the address");
  const again = encodeAccountIdentifier(hrp, decoded.address, decoded.subaddress);
  sameOrFail(again === identifier.toLowerCase(), "the identifier");
  return { identifier: again, identifier_lower: again, ...decoded };
};

const intent: Handler = (input) => {
  const parsed = parseIntent(input.text("hrp"), input.text("uri"));
  const again = parseIntent(input.text("hrp"), formatIntent(input.text("hrp"), parsed));
  sameOrFail(again.amount === parsed.amount && again.currency === parsed.currency, "the intent");
  return { ...parsed };
};

const optionalHex = (fields: Fields, name: string): Uint8Array | undefined =>
  fields.has(name) ? fields.hex(name) : undefined;

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

const REASONS: ReadonlyMap<string, RefundReason> = new Map<string, RefundReason>([
  ["otherReason", "otherReason"],
  ["invalidSubaddress", "invalidSubaddress"],
  ["userInitiatedPartialRefund", "userInitiatedPartialRefund"],
  ["userInitiatedFullRefund", "userInitiatedFullRefund"],
  ["invalidReferenceId", "invalidReferenceId"],
]);

const reasonOf = (text: string): RefundReason => {
  const reason = REASONS.get(lowerFirst(text));
  if (reason === undefined) throw new UnreadableVector(`unknown reason ${text}`);
  return reason;
};

const VARIANTS: ReadonlyMap<string, (fields: Fields) => Metadata> = new Map<string, (fields: Fields) => Metadata>([
  [
    "GeneralMetadata",
    (fields) => ({
      type: "general",
      value: {
        toSubaddress: optionalHex(fields, "to_subaddress"),
        fromSubaddress: optionalHex(fields, "from_subaddress"),
        referencedEvent: fields.has("referenced_event") ? fields.integer("referenced_event") : undefined,
      },
    }),
  ],
  [
    "TravelRuleMetadata",
    (fields) => ({
      type: "travelRule",
      value: {
        offChainReferenceId: fields.has("off_chain_reference_id") ? fields.text("off_chain_reference_id") : undefined,
      },
    }),
  ],
  [
    "UnstructuredBytesMetadata",
    (fields) => ({ type: "unstructuredBytes", value: { metadata: optionalHex(fields, "metadata") } }),
  ],
  [
    "RefundMetadata",
    (fields) => ({
      type: "refund",
      value: { transactionVersion: fields.integer("transaction_version"), reason: reasonOf(fields.text("reason")) },
    }),
  ],
  [
    "CoinTradeMetadata",
    (fields) => ({ type: "coinTrade", value: { tradeIds: fields.list("trade_ids").map((one) => textOf(one)) } }),
  ],
  [
    "PaymentMetadata",
    (fields) => ({
      type: "payment",
      value: { referenceId: fromHex(fields.text("reference_id").replaceAll("-", "")) },
    }),
  ],
  ["Undefined", () => ({ type: "undefined", value: undefined })],
]);

const metadataVector: Handler = (input) => {
  const name = input.names.find((one) => VARIANTS.has(one));
  if (name === undefined) {
    const given = input.has("bytes_utf8") ? utf8(input.text("bytes_utf8")) : input.hex("bytes");
    return { bcs: hexOfValue(metadata, decode(metadata, given)) };
  }
  const value = VARIANTS.get(name)?.(fieldsIn(input, name));
  if (value === undefined) throw new UnreadableVector(`unknown metadata ${name}`);
  const encoded = encode(metadata, value);
  sameOrFail(equal(encode(metadata, decode(metadata, encoded)), encoded), "the metadata");
  const attested = input.has("payer")
    ? dualAttestationMessage(encoded, input.hex("payer"), input.integer("amount"))
    : undefined;
  return { bcs: encoded, attest_message: attested };
};

const NO_FIELDS: Fields["names"] = [];

const fieldsIn = (input: Fields, name: string): Fields =>
  input.has(name) ? input.object(name) : { ...input, names: NO_FIELDS, has: () => false };

export const textHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["account-identifier", accountIdentifier],
  ["intent", intent],
  ["metadata", metadataVector],
]);
