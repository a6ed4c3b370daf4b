import { DecodeError } from "@pdiem/light-client/error";

const MAX_CHARACTERS = 16 * 1024;

/**
 * Reads the certificates of an issuer chain header: PEM, leaf to root, percent-encoded.
 * @throws DecodeError `decode/issuer-chain`
 */
export const decodeIssuerChain = (header: string | undefined): string => {
  if (header === undefined || header.length > MAX_CHARACTERS)
    throw new DecodeError(
      "decode/issuer-chain",
      `expected a header with the issuers' certificates, of at most ${MAX_CHARACTERS} characters, got ${header?.length ?? "none"}`,
    );
  try {
    return decodeURIComponent(header);
  } catch (cause) {
    throw new DecodeError("decode/issuer-chain", "expected the issuers' certificates percent-encoded", "never", {
      cause,
    });
  }
};
