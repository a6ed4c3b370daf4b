/** BCS of values that vectors spell out in JSON. */

import { rawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { writeOp } from "@pdiem/chain-formats/diem/transactions/write-set";
import { utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { accessPath } from "@pdiem/light-client/diem/state/access-path";
import {
  type Script,
  script,
  type TransactionArgument,
  transactionArgument,
} from "@pdiem/light-client/diem/transactions/script";
import type { Json } from "@pdiem/relayer/chains/diem/lossless";
import { type Fields, fieldsOf, hexOf, integerOf, UnreadableVector } from "./vector.js";

const argument = (variant: string, value: Json): TransactionArgument => {
  switch (variant) {
    case "U8":
      return { type: "u8", value: Number(integerOf(value)) };
    case "U64":
      return { type: "u64", value: integerOf(value) };
    case "U128":
      return { type: "u128", value: integerOf(value) };
    case "Address":
      return { type: "address", value: hexOf(value) };
    case "U8Vector":
      return { type: "u8Vector", value: hexOf(value) };
    case "Bool":
      return { type: "bool", value: value === true };
    default:
      throw new UnreadableVector(`unknown argument ${variant}`);
  }
};

const taggedArgument = (value: Json): TransactionArgument => {
  const fields = fieldsOf(value, "an argument");
  const variant = fields.names[0] ?? "";
  return argument(variant, fields.json(variant));
};

const scriptOf = (fields: Fields): Script => {
  if (fields.list("ty_args").length > 0) throw new UnreadableVector("type arguments spelt out");
  return {
    code: fields.has("code_utf8") ? utf8(fields.text("code_utf8")) : fields.hex("code"),
    tyArgs: [],
    args: fields.list("args").map(taggedArgument),
  };
};

const rawTransactionOf = (fields: Fields): Uint8Array =>
  encode(rawTransaction, {
    sender: fields.hex("sender"),
    sequenceNumber: fields.integer("sequence_number"),
    payload: { type: "script", value: scriptOf(fields.object("payload").object("Script")) },
    maxGasAmount: fields.integer("max_gas_amount"),
    gasUnitPrice: fields.integer("gas_unit_price"),
    gasCurrencyCode: fields.text("gas_currency_code"),
    expirationTimestampSecs: fields.integer("expiration_timestamp_secs"),
    chainId: Number(fields.integer("chain_id")),
  });

/** @param type as `bcsType` takes it */
export const bcsValue = (type: string, value: Json): Uint8Array => {
  const [name, variant] = type.split("::");
  switch (name) {
    case "AccountAddress":
      return encode(accountAddress, hexOf(value));
    case "AccessPath":
      return encode(accessPath, {
        address: fieldsOf(value).hex("address"),
        path: fieldsOf(value).hex("path"),
      });
    case "Script":
      return encode(script, scriptOf(fieldsOf(value)));
    case "RawTransaction":
      return rawTransactionOf(fieldsOf(value));
    case "TransactionArgument":
      return encode(transactionArgument, variant === undefined ? taggedArgument(value) : argument(variant, value));
    case "WriteOp":
      return variant === "Deletion"
        ? encode(writeOp, { type: "deletion", value: undefined })
        : encode(writeOp, { type: "value", value: hexOf(value) });
    default:
      throw new UnreadableVector(`a value of type ${type} spelt out`);
  }
};
