/**
 * Calls of the Diem framework, in both forms that a transaction can carry: script function or
 * legacy script. Source: sdk/transaction-builder/src/stdlib.rs.
 */
import { concat, equal } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import {
  encodeArgument,
  type Script,
  type TransactionArgument,
  transactionArgument,
} from "@pdiem/light-client/diem/transactions/script";
import type { ScriptFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { CORE_CODE_ADDRESS, type TypeTag } from "@pdiem/light-client/diem/transactions/type-tag";
import { isPdiemError } from "@pdiem/light-client/error";
import { LEGACY_SCRIPTS, legacyScriptName } from "./legacy-scripts.js";
import type { TransactionPayload } from "./transaction-payload.js";

/**
 * A function by its name, which is unique over the framework's modules, with its arguments'
 * values.
 */
export interface FrameworkCall {
  readonly function: string;
  readonly tyArgs: readonly TypeTag[];
  readonly args: readonly TransactionArgument[];
}

type ArgumentType = TransactionArgument["type"];

interface Signature {
  readonly module: string;
  readonly tyArgs: number;
  readonly args: readonly ArgumentType[];
}

const PAYMENTS = "PaymentScripts";
const CREATION = "AccountCreationScripts";
const ADMINISTRATION = "AccountAdministrationScripts";

const SIGNATURES: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ["peer_to_peer_with_metadata", { module: PAYMENTS, tyArgs: 1, args: ["address", "u64", "u8Vector", "u8Vector"] }],
  ["peer_to_peer_by_signers", { module: PAYMENTS, tyArgs: 1, args: ["u64", "u8Vector"] }],
  ["create_child_vasp_account", { module: CREATION, tyArgs: 1, args: ["address", "u8Vector", "bool", "u64"] }],
  ["rotate_authentication_key", { module: ADMINISTRATION, tyArgs: 0, args: ["u8Vector"] }],
  ["add_currency_to_account", { module: ADMINISTRATION, tyArgs: 1, args: [] }],
  ["rotate_dual_attestation_info", { module: ADMINISTRATION, tyArgs: 0, args: ["u8Vector", "u8Vector"] }],
]);

const signatureOf = ({ function: name, tyArgs, args }: FrameworkCall): Signature => {
  const signature = SIGNATURES.get(name);
  if (
    signature === undefined ||
    signature.tyArgs !== tyArgs.length ||
    signature.args.length !== args.length ||
    !signature.args.every((type, i) => args[i]?.type === type)
  )
    throw new RangeError(`expected a call of a known framework function with its arguments, got ${name}`);
  return signature;
};

const VARIANTS: Readonly<Record<ArgumentType, number>> = { u8: 0, u64: 1, u128: 2, address: 3, u8Vector: 4, bool: 5 };

const decodeArgument = (type: ArgumentType, input: Uint8Array): TransactionArgument =>
  decode(transactionArgument, concat(Uint8Array.of(VARIANTS[type]), input));

/** Makes a script function's payload: for chains of DiemVersion 2 and above. */
export const scriptFunctionPayload = (call: FrameworkCall): TransactionPayload => ({
  type: "scriptFunction",
  value: {
    module: { address: CORE_CODE_ADDRESS, name: signatureOf(call).module },
    function: call.function,
    tyArgs: call.tyArgs,
    args: call.args.map(encodeArgument),
  },
});

/**
 * Makes a legacy script's payload.
 * @throws RangeError for functions that never were scripts
 */
export const legacyScriptPayload = (call: FrameworkCall): TransactionPayload => {
  signatureOf(call);
  const code = LEGACY_SCRIPTS.get(call.function);
  if (code === undefined) throw new RangeError(`expected a function that has a legacy script, got ${call.function}`);
  return { type: "script", value: { code, tyArgs: call.tyArgs, args: call.args } };
};

/**
 * Gives the form that a chain takes.
 * @param diemVersion the chain's, as `readDiemVersion` gives it
 */
export const payloadFor = (diemVersion: bigint, call: FrameworkCall): TransactionPayload =>
  diemVersion >= 2n ? scriptFunctionPayload(call) : legacyScriptPayload(call);

const checked = (call: FrameworkCall): FrameworkCall | undefined => {
  try {
    signatureOf(call);
    return call;
  } catch {
    return undefined;
  }
};

const readScriptFunction = ({ module, function: name, tyArgs, args }: ScriptFunction): FrameworkCall | undefined => {
  const signature = SIGNATURES.get(name);
  if (signature === undefined || signature.module !== module.name || !equal(module.address, CORE_CODE_ADDRESS))
    return undefined;
  if (signature.args.length !== args.length) return undefined;
  try {
    const values = signature.args.map((type, i) => decodeArgument(type, args[i] as Uint8Array));
    return checked({ function: name, tyArgs, args: values });
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const readScript = ({ code, tyArgs, args }: Script): FrameworkCall | undefined => {
  const name = legacyScriptName(code);
  return name === undefined ? undefined : checked({ function: name, tyArgs, args });
};

/**
 * Reads the call that a payload of either form makes; undefined when it isn't one of the functions
 * known here.
 */
export const readFrameworkCall = (payload: TransactionPayload): FrameworkCall | undefined => {
  if (payload.type === "scriptFunction") return readScriptFunction(payload.value);
  return payload.type === "script" ? readScript(payload.value) : undefined;
};
