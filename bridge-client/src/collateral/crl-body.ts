import { fromHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";

const SEQUENCE = 0x30;
const PEM = /^\s*-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----\s*$/;

/**
 * Reads a revocation list, as DER, from any of the forms in which services hand it out. These are
 * DER (Intel's and AMD's services), hexadecimal text (PCCS, whatever was asked for) or PEM.
 * @throws DecodeError
 */
export const readCrlBody = (body: Uint8Array): Uint8Array => {
  const text = new TextDecoder("latin1").decode(body);
  const pem = PEM.exec(text)?.[1];
  if (pem !== undefined) return new Uint8Array(Uint8Array.from(atob(pem), (character) => character.charCodeAt(0)));
  if (/^\s*[0-9a-fA-F]+\s*$/.test(text)) return fromHex(text.trim());
  if (body[0] === SEQUENCE) return new Uint8Array(body);
  throw new DecodeError("decode/crl", `expected a revocation list as DER, PEM or hex, got ${body.length} other bytes`);
};
