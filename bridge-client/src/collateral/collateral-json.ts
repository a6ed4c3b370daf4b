/** Collateral as JSON, for files and requests: texts as they are, bytes as `0x`-hex. */

import { asObject, type JsonObject, textField } from "@pdiem/enclave-verifier/dcap/json-fields";
import type { Collateral, DcapCollateral, SnpCollateral } from "@pdiem/enclave-verifier/evidence";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_TEXT = 1024 * 1024;

const DCAP_FIELDS: readonly string[] = [
  "rootCaCrl",
  "pckCrl",
  "tcbInfoIssuerChain",
  "tcbInfo",
  "tcbInfoSignature",
  "qeIdentityIssuerChain",
  "qeIdentity",
  "qeIdentitySignature",
];

const refuse = (message: string): never => {
  throw new DecodeError("decode/collateral", message);
};

const bounded = (text: string, name: string, limit: number): string =>
  text.length <= limit ? text : refuse(`expected at most ${limit} characters as "${name}", got ${text.length}`);

const text = (object: JsonObject, name: string): string => bounded(textField(object, name), name, MAX_TEXT);

const bytes = (object: JsonObject, name: string): Uint8Array =>
  fromHex(bounded(textField(object, name), name, 2 + 2 * MAX_BYTES));

const checkFields = (object: JsonObject, known: readonly string[]): void => {
  for (const name of Object.keys(object))
    if (name !== "kind" && !known.includes(name)) refuse(`expected no field "${name.slice(0, 40)}" in collateral`);
};

const parseDcap = (object: JsonObject): DcapCollateral => {
  checkFields(object, DCAP_FIELDS);
  return {
    kind: "dcap",
    rootCaCrl: bytes(object, "rootCaCrl"),
    pckCrl: bytes(object, "pckCrl"),
    tcbInfoIssuerChain: text(object, "tcbInfoIssuerChain"),
    tcbInfo: text(object, "tcbInfo"),
    tcbInfoSignature: bytes(object, "tcbInfoSignature"),
    qeIdentityIssuerChain: text(object, "qeIdentityIssuerChain"),
    qeIdentity: text(object, "qeIdentity"),
    qeIdentitySignature: bytes(object, "qeIdentitySignature"),
  };
};

const parseSnp = (object: JsonObject): SnpCollateral => {
  checkFields(object, ["vcek", "chain", "crl"]);
  return { kind: "sev-snp", vcek: bytes(object, "vcek"), chain: text(object, "chain"), crl: bytes(object, "crl") };
};

/**
 * Reads a parsed JSON value: the fields of the collateral's kind and no others. Nothing is
 * verified.
 * @throws DecodeError `decode/collateral`, `decode/json-field`, `decode/hex`
 */
export const parseCollateral = (value: unknown): Collateral => {
  const object = asObject(value, "collateral");
  const kind = textField(object, "kind");
  switch (kind) {
    case "dcap":
      return parseDcap(object);
    case "sev-snp":
      return parseSnp(object);
    case "none":
      checkFields(object, []);
      return { kind };
    default:
      return refuse(`expected collateral of kind dcap, sev-snp or none, got "${kind.slice(0, 40)}"`);
  }
};

/** Makes a plain JSON value that `parseCollateral` reads. */
export const formatCollateral = (collateral: Collateral): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(collateral).flatMap(([name, part]: [string, unknown]): readonly (readonly [string, string])[] => {
      if (part instanceof Uint8Array) return [[name, `0x${toHex(part)}`]];
      return typeof part === "string" ? [[name, part]] : [];
    }),
  );
