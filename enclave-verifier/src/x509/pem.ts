import { DecodeError } from "@pdiem/light-client/error";

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;
const MAX_CHARACTERS = 64 * 1024;

const decodeBase64 = (text: string): Uint8Array => {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

/**
 * The certificates of a PEM text (RFC 7468) as DER, in their order. White space and NULs around them are ignored.
 * @throws DecodeError `decode/pem`, or the platform's error about base64
 */
export const parsePem = (text: string): readonly Uint8Array[] => {
  if (text.length > MAX_CHARACTERS)
    throw new DecodeError("decode/pem", `expected at most ${MAX_CHARACTERS} characters, got ${text.length}`);
  const blocks = [...text.matchAll(BLOCK)].map(([, base64 = ""]) => decodeBase64(base64));
  if (/[^\s\0]/.test(text.replaceAll(BLOCK, "")))
    throw new DecodeError("decode/pem", "expected certificates in PEM and nothing else");
  return blocks;
};
