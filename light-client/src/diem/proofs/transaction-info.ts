/**
 * What the transaction accumulator's leaves commit to.
 * Sources: diem/diem types/src/transaction/mod.rs, language/move-core/types/src/vm_status.rs.
 */
import { type Codec, enumeration, struct, type Union, u16, u64, unit } from "../../codec/bcs.js";
import { type HashValue, hashValue } from "../hash-value.js";
import { hashOf } from "../hashing.js";
import { type ModuleId, moduleId } from "../transactions/type-tag.js";

interface AbortLocationVariants {
  readonly module: ModuleId;
  readonly script: undefined;
}

/** Where code stopped: in a published module, or in the transaction's own script. */
export type AbortLocation = Union<AbortLocationVariants>;

export const abortLocation: Codec<AbortLocation> = enumeration<AbortLocationVariants>("AbortLocation", {
  module: [0, moduleId],
  script: [1, unit],
});

interface KeptVMStatusVariants {
  readonly executed: undefined;
  readonly outOfGas: undefined;
  readonly moveAbort: { readonly location: AbortLocation; readonly code: bigint };
  readonly executionFailure: {
    readonly location: AbortLocation;
    readonly function: number;
    readonly codeOffset: number;
  };
  readonly miscellaneousError: undefined;
}

/**
 * How a transaction on the chain ended. Only `executed` had its effects applied, apart from gas
 * and the sequence number.
 */
export type KeptVMStatus = Union<KeptVMStatusVariants>;

export const keptVMStatus: Codec<KeptVMStatus> = enumeration<KeptVMStatusVariants>("KeptVMStatus", {
  executed: [0, unit],
  outOfGas: [1, unit],
  moveAbort: [2, struct<KeptVMStatusVariants["moveAbort"]>({ location: abortLocation, code: u64 })],
  executionFailure: [
    3,
    struct<KeptVMStatusVariants["executionFailure"]>({ location: abortLocation, function: u16, codeOffset: u16 }),
  ],
  miscellaneousError: [4, unit],
});

/**
 * `stateRootHash` is of the state after the transaction; `eventRootHash` the root of the
 * accumulator of its events.
 */
export interface TransactionInfo {
  readonly transactionHash: HashValue;
  readonly stateRootHash: HashValue;
  readonly eventRootHash: HashValue;
  readonly gasUsed: bigint;
  readonly status: KeptVMStatus;
}

export const transactionInfo: Codec<TransactionInfo> = struct<TransactionInfo>({
  transactionHash: hashValue,
  stateRootHash: hashValue,
  eventRootHash: hashValue,
  gasUsed: u64,
  status: keptVMStatus,
});

/** Leaf of the transaction accumulator. */
export const transactionInfoHash: (info: TransactionInfo) => HashValue = hashOf("TransactionInfo", transactionInfo);
