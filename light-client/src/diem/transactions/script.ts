/** Scripts: bytecode that a transaction brings along. Source: types/src/transaction/script.rs. */
import {
  bool,
  bytes,
  type Codec,
  encode,
  enumeration,
  struct,
  type Union,
  u8,
  u64,
  u128,
  vector,
} from "../../codec/bcs.js";
import { sha3_256 } from "../../crypto/sha3.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { type TypeTag, typeTag } from "./type-tag.js";

interface TransactionArgumentVariants {
  readonly u8: number;
  readonly u64: bigint;
  readonly u128: bigint;
  readonly address: AccountAddress;
  readonly u8Vector: Uint8Array;
  readonly bool: boolean;
}

export type TransactionArgument = Union<TransactionArgumentVariants>;

export interface Script {
  readonly code: Uint8Array;
  readonly tyArgs: readonly TypeTag[];
  readonly args: readonly TransactionArgument[];
}

export const transactionArgument: Codec<TransactionArgument> = enumeration<TransactionArgumentVariants>(
  "TransactionArgument",
  {
    u8: [0, u8],
    u64: [1, u64],
    u128: [2, u128],
    address: [3, accountAddress],
    u8Vector: [4, bytes()],
    bool: [5, bool],
  },
);

/**
 * Writes an argument of a script function: the same bytes as a script's, without its leading
 * variant index.
 */
export const encodeArgument = (argument: TransactionArgument): Uint8Array =>
  encode(transactionArgument, argument).subarray(1);

export const script: Codec<Script> = struct<Script>({
  code: bytes(),
  tyArgs: vector(typeTag),
  args: vector(transactionArgument),
});

/** Tells what the chain's allow-list of scripts holds: SHA3-256 of the bytecode, without a seed. */
export const scriptHash = (code: Uint8Array): Uint8Array => sha3_256(code);
