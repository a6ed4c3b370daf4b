import { DecodeError } from "@pdiem/light-client/error";

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";
const MAX_CHARACTERS = 64 * 1024;

const decodeBase64 = (text: string): Uint8Array => {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

const malformed = (message: string): DecodeError => new DecodeError("decode/pem", message);

const checkBlank = (text: string): void => {
  if (/[^\s\0]/.test(text)) throw malformed("expected certificates in PEM and nothing else");
};

/**
 * Reads the certificates of a PEM text (RFC 7468) as DER, in their order. White space and NULs
 * around them are ignored.
 * @throws DecodeError `decode/pem`, or the platform's error about base64
 */
export const parsePem = (text: string): readonly Uint8Array[] => {
  if (text.length > MAX_CHARACTERS)
    throw malformed(`expected at most ${MAX_CHARACTERS} characters, got ${text.length}`);
  const [before = "", ...blocks] = text.split(BEGIN);
  checkBlank(before);
  return blocks.map((block) => {
    const [base64 = "", after, ...others] = block.split(END);
    if (after === undefined || others.length > 0) throw malformed("expected each certificate to end once");
    checkBlank(after);
    return decodeBase64(base64);
  });
};
