/** Everything under one address. Source: types/src/account_state.rs. */
import { equal } from "../../bytes.js";
import { bytes, type Codec, decode, encode, map } from "../../codec/bcs.js";
import { coreStruct, type StructTag, type TypeTag } from "../transactions/type-tag.js";
import { resourcePath } from "./access-path.js";

/**
 * Path → value of all that an account holds, resources and code: the content of an account state
 * blob. A decoded one is in the order of the wire, shorter paths first.
 */
export type AccountState = readonly (readonly [path: Uint8Array, value: Uint8Array])[];

export const accountState: Codec<AccountState> = map(bytes(), bytes());

/** A kind of Move resource: its place in an account and how it is encoded. */
export interface Resource<T> {
  readonly tag: StructTag;
  readonly path: Uint8Array;
  readonly codec: Codec<T>;
}

/** Names the resource `0x1::module::name<typeParams>`. */
export const coreResource = <T>(
  module: string,
  name: string,
  codec: Codec<T>,
  typeParams: readonly TypeTag[] = [],
): Resource<T> => {
  const tag = coreStruct(module, name, typeParams);
  return { tag, path: resourcePath(tag), codec };
};

export const valueAt = (state: AccountState, path: Uint8Array): Uint8Array | undefined =>
  state.find(([candidate]) => equal(candidate, path))?.[1];

/**
 * Reads a resource; undefined when the account doesn't hold it.
 * @throws DecodeError when what stands there isn't of the resource's layout
 */
export const readResource = <T>(state: AccountState, resource: Resource<T>): T | undefined => {
  const value = valueAt(state, resource.path);
  return value === undefined ? undefined : decode(resource.codec, value);
};

/** Gives the state with one resource put in or replaced. */
export const withResource = <T>(state: AccountState, resource: Resource<T>, value: T): AccountState => [
  ...state.filter(([path]) => !equal(path, resource.path)),
  [resource.path, encode(resource.codec, value)],
];
