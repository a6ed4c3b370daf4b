/** Names of Move types and modules. Source: language/move-core/types/src/language_storage.rs. */
import { fromHex, toHex } from "../../bytes.js";
import { type Codec, enumeration, lazy, string, struct, type Union, unit, vector } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";

interface TypeTagVariants {
  readonly bool: undefined;
  readonly u8: undefined;
  readonly u64: undefined;
  readonly u128: undefined;
  readonly address: undefined;
  readonly signer: undefined;
  readonly vector: TypeTag;
  readonly struct: StructTag;
}

export type TypeTag = Union<TypeTagVariants>;

/**
 * `address::module::name<typeParams>`. The syntax of names isn't checked, as in Diem's own
 * decoder.
 */
export interface StructTag {
  readonly address: AccountAddress;
  readonly module: string;
  readonly name: string;
  readonly typeParams: readonly TypeTag[];
}

export interface ModuleId {
  readonly address: AccountAddress;
  readonly name: string;
}

export const typeTag: Codec<TypeTag> = enumeration<TypeTagVariants>("TypeTag", {
  bool: [0, unit],
  u8: [1, unit],
  u64: [2, unit],
  u128: [3, unit],
  address: [4, unit],
  signer: [5, unit],
  vector: [6, lazy(() => typeTag)],
  struct: [7, lazy(() => structTag)],
});

export const structTag: Codec<StructTag> = struct<StructTag>({
  address: accountAddress,
  module: string,
  name: string,
  typeParams: vector(typeTag),
});

export const moduleId: Codec<ModuleId> = struct<ModuleId>({ address: accountAddress, name: string });

/** `0x1`, where the Diem framework's modules are. */
export const CORE_CODE_ADDRESS: AccountAddress = fromHex("00000000000000000000000000000001", 16);

/** Makes `0x1::module::name<typeParams>` */
export const coreStruct = (module: string, name: string, typeParams: readonly TypeTag[] = []): StructTag => ({
  address: CORE_CODE_ADDRESS,
  module,
  name,
  typeParams,
});

export const structType = (tag: StructTag): TypeTag => ({ type: "struct", value: tag });

/** Gives the type of a currency: `0x1::XUS::XUS` for code `XUS`. */
export const currencyType = (code: string): TypeTag => structType(coreStruct(code, code));

/** Gives the currency's code where the tag is of the shape `0x1::X::X`; else undefined. */
export const currencyCodeOf = (tag: TypeTag): string | undefined => {
  if (tag.type !== "struct" || tag.value.module !== tag.value.name || tag.value.typeParams.length > 0) return undefined;
  return tag.value.address.every((byte, i) => byte === CORE_CODE_ADDRESS[i]) ? tag.value.module : undefined;
};

/** Formats a struct tag in Move's notation: `0x1::DiemAccount::Balance<0x1::XUS::XUS>`. */
export const formatStructTag = ({ address, module, name, typeParams }: StructTag): string => {
  const params = typeParams.length === 0 ? "" : `<${typeParams.map(formatTypeTag).join(", ")}>`;
  return `0x${toHex(address).replace(/^0+(?=.)/, "")}::${module}::${name}${params}`;
};

/**
 * Formats a type tag in Move's notation: `vector<u8>` and the like; structs by `formatStructTag`.
 */
export const formatTypeTag = (tag: TypeTag): string => {
  if (tag.type === "struct") return formatStructTag(tag.value);
  return tag.type === "vector" ? `vector<${formatTypeTag(tag.value)}>` : tag.type;
};
