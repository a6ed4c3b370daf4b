/** How a transaction ended, by the names that JSON-RPC uses. */
import { toHex } from "@pdiem/light-client/bytes";
import type { AbortLocation, KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";

export interface StatusText {
  readonly type: string;
  readonly location?: string;
  readonly abortCode?: bigint;
}

const TYPES = {
  executed: "executed",
  outOfGas: "out_of_gas",
  moveAbort: "move_abort",
  executionFailure: "execution_failure",
  miscellaneousError: "miscellaneous_error",
} as const;

const locationText = (location: AbortLocation): string =>
  location.type === "script" ? "Script" : `${toHex(location.value.address)}::${location.value.name}`;

export const statusText = (status: KeptVMStatus): StatusText => {
  const type = TYPES[status.type];
  return status.type === "moveAbort"
    ? { type, location: locationText(status.value.location), abortCode: status.value.code }
    : { type };
};

/** The same in the form of Rust's names: `MoveAbort`. */
export const rustName = (type: string): string =>
  type
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
