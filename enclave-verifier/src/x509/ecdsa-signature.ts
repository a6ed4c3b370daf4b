import { concat, toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { verifyEcdsa } from "../crypto/ecdsa.js";
import type { Curve } from "../crypto/ecdsa-verify.js";
import { derSequence, derUnsigned } from "./der.js";
import type { SignedObject } from "./signed-object.js";

interface CurveEncoding {
  readonly curve: Curve;
  /** Length of a coordinate and of a scalar, in bytes. */
  readonly size: number;
  /** A SubjectPublicKeyInfo up to x ‖ y (RFC 5480). */
  readonly key: string;
  /** The AlgorithmIdentifier of its signatures (RFC 5758). */
  readonly signature: string;
}

const ENCODINGS: readonly CurveEncoding[] = [
  {
    curve: "P-256",
    size: 32,
    key: "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
    signature: "300a06082a8648ce3d040302",
  },
  {
    curve: "P-384",
    size: 48,
    key: "3076301006072a8648ce3d020106052b8104002203620004",
    signature: "300a06082a8648ce3d040303",
  },
];

const padded = (value: Uint8Array, size: number): Uint8Array => {
  if (value.length > size) throw new DecodeError("decode/der", `expected at most ${size} bytes, got ${value.length}`);
  return concat(new Uint8Array(size - value.length), value);
};

const rawSignature = (der: Uint8Array, size: number): Uint8Array => {
  const [r, s, ...rest] = derSequence(der);
  if (rest.length > 0) throw new DecodeError("decode/der", "expected r and s alone");
  return concat(padded(derUnsigned(r), size), padded(derUnsigned(s), size));
};

/**
 * Reads an ECDSA key on P-256 or P-384: x ‖ y, uncompressed.
 * @param spki the SubjectPublicKeyInfo, DER
 * @throws DecodeError `decode/der` for any other key
 */
export const ecdsaKey = (spki: Uint8Array): { readonly curve: Curve; readonly point: Uint8Array } => {
  const text = toHex(spki);
  const encoding = ENCODINGS.find(({ key, size }) => text.startsWith(key) && text.length === key.length + 4 * size);
  if (encoding === undefined) throw new DecodeError("decode/der", "expected an ECDSA key on P-256 or P-384");
  return { curve: encoding.curve, point: spki.subarray(encoding.key.length / 2) };
};

/**
 * Tells whether an ECDSA key signed a certificate or CRL, with the hash that belongs to its curve.
 * @throws DecodeError for another kind of key or a malformed signature
 */
export const isSignedBy = ({ tbs, algorithm, signature }: SignedObject, spki: Uint8Array): boolean => {
  const { curve, point } = ecdsaKey(spki);
  const encoding = ENCODINGS.find((one) => one.curve === curve && one.signature === toHex(algorithm));
  return encoding !== undefined && verifyEcdsa(curve, point, tbs, rawSignature(signature, encoding.size));
};
