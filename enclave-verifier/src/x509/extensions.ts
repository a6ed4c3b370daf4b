import { DecodeError } from "@pdiem/light-client/error";
import { BOOLEAN, type DerElement, derSequence, OBJECT_IDENTIFIER, OCTET_STRING } from "./der.js";
import { derBoolean } from "./der-values.js";
import { objectIdentifier } from "./object-identifier.js";

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** SEQUENCE {identifier, critical BOOLEAN DEFAULT FALSE, value OCTET STRING} (RFC 5280 4.1). */
const readExtension = ({ encoding }: DerElement): Extension => {
  const [id, ...rest] = derSequence(encoding);
  const flag = rest[0]?.tag === BOOLEAN ? rest[0] : undefined;
  const [value, ...others] = flag === undefined ? rest : rest.slice(1);
  if (id?.tag !== OBJECT_IDENTIFIER || value?.tag !== OCTET_STRING || others.length > 0)
    throw new DecodeError("decode/extension", "expected an identifier and a value");
  return {
    id: objectIdentifier(id.content),
    critical: flag !== undefined && derBoolean(flag),
    value: value.content,
  };
};

/**
 * Reads the values of extensions by their identifiers.
 * @param list DER of SEQUENCE OF Extension; undefined where there is none
 * @param understood those that may be critical (RFC 5280 4.2: others must be refused)
 * @throws DecodeError also when one comes twice or isn't understood
 */
export const extensionsOf = (
  list: Uint8Array | undefined,
  understood: readonly string[],
): ReadonlyMap<string, Uint8Array> => {
  const byId = new Map<string, Uint8Array>();
  for (const element of list === undefined ? [] : derSequence(list)) {
    const { id, critical, value } = readExtension(element);
    if (byId.has(id)) throw new DecodeError("decode/extension", `expected extension ${id} once`);
    if (critical && !understood.includes(id))
      throw new DecodeError("decode/extension", `expected no critical extension ${id}`);
    byId.set(id, value);
  }
  return byId;
};
