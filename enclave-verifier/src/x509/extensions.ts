import { DecodeError } from "@pdiem/light-client/error";
import type { Extension } from "@peculiar/x509";

/**
 * Extensions by their identifier.
 * @param understood those that may be critical (RFC 5280 4.2: others must be refused)
 * @throws DecodeError `decode/extension` when one comes twice or isn't understood
 */
export const extensionsOf = (
  extensions: readonly Extension[],
  understood: readonly string[],
): ReadonlyMap<string, Uint8Array> => {
  const byId = new Map<string, Uint8Array>();
  for (const { type, critical, value } of extensions) {
    if (byId.has(type)) throw new DecodeError("decode/extension", `expected extension ${type} once`);
    if (critical && !understood.includes(type))
      throw new DecodeError("decode/extension", `expected no critical extension ${type}`);
    byId.set(type, new Uint8Array(value));
  }
  return byId;
};
