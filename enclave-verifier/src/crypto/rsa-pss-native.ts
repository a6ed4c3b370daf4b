import { constants, createPublicKey, verify } from "node:crypto";
import { fitsRsaPss, type RsaPssVerify } from "./rsa-pss-verify.js";

const SALT_LENGTH = 48;

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** RSASSA-PSS by OpenSSL. */
export const verifyRsaPss: RsaPssVerify = (key, message, signature) => {
  if (!fitsRsaPss(key, signature)) return false;
  try {
    const jwk = { kty: "RSA", n: base64Url(key.modulus), e: base64Url(key.exponent) };
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    return verify("sha384", message, { key: publicKey, padding, saltLength: SALT_LENGTH }, signature);
  } catch {
    return false;
  }
};
