/**
 * Calls of a published function. Source: types/src/transaction/script.rs (`ScriptFunction`, since
 * release 1.2).
 */
import { bytes, type Codec, string, struct, vector } from "../../codec/bcs.js";
import { CORE_CODE_ADDRESS, type ModuleId, moduleId, type TypeTag, typeTag } from "./type-tag.js";

/** Each of `args` is the BCS of one argument by itself. */
export interface ScriptFunction {
  readonly module: ModuleId;
  readonly function: string;
  readonly tyArgs: readonly TypeTag[];
  readonly args: readonly Uint8Array[];
}

export const scriptFunction: Codec<ScriptFunction> = struct<ScriptFunction>({
  module: moduleId,
  function: string,
  tyArgs: vector(typeTag),
  args: vector(bytes()),
});

/** Makes a call of `0x1::module::name`; `args` encoded already. */
export const coreFunction = (
  module: string,
  name: string,
  tyArgs: readonly TypeTag[],
  args: readonly Uint8Array[],
): ScriptFunction => ({ module: { address: CORE_CODE_ADDRESS, name: module }, function: name, tyArgs, args });
