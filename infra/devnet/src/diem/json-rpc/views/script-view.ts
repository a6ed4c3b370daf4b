/** Source: diem/diem json-rpc/types/src/views.rs (`ScriptView`). */

import { legacyScriptName } from "@pdiem/chain-formats/diem/transactions/legacy-scripts";
import { readPeerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { toHex } from "@pdiem/light-client/bytes";
import type { Script, TransactionArgument } from "@pdiem/light-client/diem/transactions/script";
import type { TypeTag } from "@pdiem/light-client/diem/transactions/type-tag";
import type { JsonMembers } from "../json-writer.js";

const typeArgumentView = (tag: TypeTag): string => (tag.type === "struct" ? tag.value.module : tag.type);

const argumentView = (argument: TransactionArgument): string => {
  switch (argument.type) {
    case "address":
      return `{ADDRESS: ${toHex(argument.value).toUpperCase()}}`;
    case "u8Vector":
      return `{U8Vector: 0x${toHex(argument.value)}}`;
    case "bool":
      return `{BOOL: ${argument.value}}`;
    default:
      return `{${argument.type.toUpperCase()}: ${argument.value}}`;
  }
};

const paymentMembers = (payload: TransactionPayload): JsonMembers => {
  const payment = readPeerToPeer(payload);
  if (payment === undefined) return {};
  return {
    receiver: toHex(payment.payee),
    amount: payment.amount,
    currency: payment.currency,
    metadata: toHex(payment.metadata),
    metadata_signature: toHex(payment.metadataSignature),
  };
};

const legacyView = (payload: TransactionPayload, script: Script): JsonMembers => ({
  type: legacyScriptName(script.code) ?? "unknown",
  code: toHex(script.code),
  arguments: script.args.map(argumentView),
  type_arguments: script.tyArgs.map(typeArgumentView),
  ...paymentMembers(payload),
});

export const scriptView = (payload: TransactionPayload): JsonMembers => {
  if (payload.type === "script") return legacyView(payload, payload.value);
  if (payload.type !== "scriptFunction") return { type: "unknown" };
  const { module, function: name, tyArgs, args } = payload.value;
  return {
    type: "script_function",
    arguments_bcs: args.map(toHex),
    type_arguments: tyArgs.map(typeArgumentView),
    module_address: toHex(module.address),
    module_name: module.name,
    function_name: name,
  };
};
