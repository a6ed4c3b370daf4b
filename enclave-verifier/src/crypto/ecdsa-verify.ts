/** P-256 goes with SHA-256, P-384 with SHA-384. */
export type Curve = "P-256" | "P-384";

/**
 * Whether `signature` of `message` is by `publicKey`. It is false, never an exception, for what is
 * malformed or off the curve. So it is for r or s out of range. Either s of a signature passes:
 * genuine quotes have high ones, too.
 * @param publicKey x ‖ y, big endian, 64 or 96 bytes
 * @param message hashed here
 * @param signature r ‖ s, big endian, 64 or 96 bytes
 */
export type EcdsaVerify = (curve: Curve, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
