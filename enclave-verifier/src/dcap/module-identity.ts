import { type ComponentLevel, componentLevelsField } from "./component-levels.js";
import { bytesField, type JsonObject, textField } from "./json-fields.js";

/** Who must have signed the TDX module, and which attributes it must have. */
export interface ModuleSigner {
  readonly mrSigner: Uint8Array;
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
}

/** One major version of the TDX module. */
export interface ModuleIdentity extends ModuleSigner {
  /** `TDX_` and the version as two hex digits. */
  readonly id: string;
  readonly levels: readonly ComponentLevel[];
}

/**
 * Reads who signs TDX modules, of TCB info.
 * @throws DecodeError
 */
export const readModuleSigner = (object: JsonObject): ModuleSigner => ({
  mrSigner: bytesField(object, "mrsigner", 48),
  attributes: bytesField(object, "attributes", 8),
  attributesMask: bytesField(object, "attributesMask", 8),
});

/**
 * Reads one of TCB info's `tdxModuleIdentities`.
 * @throws DecodeError
 */
export const readModuleIdentity = (object: JsonObject): ModuleIdentity => ({
  ...readModuleSigner(object),
  id: textField(object, "id"),
  levels: componentLevelsField(object),
});
