/** What a transaction does. Source: types/src/transaction/mod.rs. */
import { bytes, type Codec, enumeration, struct, type Union } from "@pdiem/light-client/codec/bcs";
import { type Script, script } from "@pdiem/light-client/diem/transactions/script";
import { type ScriptFunction, scriptFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { type WriteSetPayload, writeSetPayload } from "./write-set.js";

/** Bytecode to publish. */
export interface Module {
  readonly code: Uint8Array;
}

interface TransactionPayloadVariants {
  readonly writeSet: WriteSetPayload;
  readonly script: Script;
  readonly module: Module;
  readonly scriptFunction: ScriptFunction;
}

export type TransactionPayload = Union<TransactionPayloadVariants>;

export const module: Codec<Module> = struct<Module>({ code: bytes() });

export const transactionPayload: Codec<TransactionPayload> = enumeration<TransactionPayloadVariants>(
  "TransactionPayload",
  { writeSet: [0, writeSetPayload], script: [1, script], module: [2, module], scriptFunction: [3, scriptFunction] },
);
