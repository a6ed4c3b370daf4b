/** Source: diem/diem json-rpc/types/src/views.rs (`VMStatusView`). */
import { toHex } from "@pdiem/light-client/bytes";
import type { AbortLocation, KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import { CATEGORIES, REASONS } from "../../vm/abort-codes.js";
import type { Json } from "../json-writer.js";

const locationView = (location: AbortLocation): string =>
  location.type === "script" ? "Script" : `${toHex(location.value.address).toUpperCase()}::${location.value.name}`;

const explanation = (location: AbortLocation, code: bigint): Json => {
  const category = Object.entries(CATEGORIES).find(([, { code: number }]) => BigInt(number) === (code & 0xffn));
  const module = location.type === "module" ? REASONS[location.value.name] : undefined;
  const reason = module?.[Number(code >> 8n)];
  if (category === undefined || reason === undefined) return null;
  return {
    category: category[0],
    category_description: category[1].description,
    reason: reason[0],
    reason_description: reason[1],
  };
};

export const vmStatusView = (status: KeptVMStatus): Json => {
  switch (status.type) {
    case "executed":
      return { type: "executed" };
    case "outOfGas":
      return { type: "out_of_gas" };
    case "moveAbort":
      return {
        type: "move_abort",
        location: locationView(status.value.location),
        abort_code: status.value.code,
        explanation: explanation(status.value.location, status.value.code),
      };
    case "executionFailure":
      return {
        type: "execution_failure",
        location: locationView(status.value.location),
        function_index: status.value.function,
        code_offset: status.value.codeOffset,
      };
    case "miscellaneousError":
      return { type: "miscellaneous_error" };
  }
};
