/**
 * Where a value stands in the global state. Sources: types/src/access_path.rs,
 * move-core/types/src/language_storage.rs.
 */
import { concat } from "../../bytes.js";
import { bytes, type Codec, encode, struct } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { type ModuleId, moduleId, type StructTag, structTag } from "../transactions/type-tag.js";

export interface AccessPath {
  readonly address: AccountAddress;
  readonly path: Uint8Array;
}

export const accessPath: Codec<AccessPath> = struct<AccessPath>({ address: accountAddress, path: bytes() });

/** Gives the path of a module's bytecode within its account: `00 ‖ bcs(ModuleId)`. */
export const codePath = (id: ModuleId): Uint8Array => concat(Uint8Array.of(0), encode(moduleId, id));

/** Gives the path of a resource within its account: `01 ‖ bcs(StructTag)`. */
export const resourcePath = (tag: StructTag): Uint8Array => concat(Uint8Array.of(1), encode(structTag, tag));
