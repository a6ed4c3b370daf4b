import { DecodeError } from "@pdiem/light-client/error";
import type { Extension } from "@peculiar/asn1-x509";

/**
 * Values of extensions by their identifier.
 * @param understood those that may be critical (RFC 5280 4.2: others must be refused)
 * @throws DecodeError `decode/extension` when one comes twice or isn't understood
 */
export const extensionsOf = (
  extensions: readonly Extension[],
  understood: readonly string[],
): ReadonlyMap<string, Uint8Array> => {
  const byId = new Map<string, Uint8Array>();
  for (const { extnID, critical, extnValue } of extensions) {
    if (byId.has(extnID)) throw new DecodeError("decode/extension", `expected extension ${extnID} once`);
    if (critical && !understood.includes(extnID))
      throw new DecodeError("decode/extension", `expected no critical extension ${extnID}`);
    byId.set(extnID, new Uint8Array(extnValue.buffer));
  }
  return byId;
};
