/**
 * By OpenSSL in Node.js, which is faster by far, in JavaScript elsewhere: `imports` of package.json
 * chooses.
 */
export { verifyEcdsa } from "#ecdsa";
