/** By OpenSSL in Node.js, in JavaScript elsewhere: `imports` of package.json chooses. */
export { verifyRsaPss } from "#rsa-pss";
export type { RsaKey } from "./rsa-pss-verify.js";
