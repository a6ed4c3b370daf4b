/**
 * A public key, imported once. It finds a signature valid if [S]B - [k]A is encoded exactly as R,
 * without the cofactor.
 */
export interface Verifier {
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
  /**
   * Finds the same on another thread, where the platform has one, and tells it later. Of the bytes
   * it takes copies.
   */
  readonly verifyAhead?: (message: Uint8Array, signature: Uint8Array, tell: (valid: boolean) => void) => void;
}

/** A secret key, imported once. */
export interface Signer {
  /** Computes the public half, 32 bytes. */
  readonly publicKey: () => Uint8Array;
  /** Makes the deterministic signature of RFC 8032, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/**
 * What an implementation of Ed25519 offers. Checks without the curve's arithmetic (lengths, small
 * order, S < L) are made before it, for all implementations alike. So is the check that a key is a
 * point.
 */
export interface Ed25519Backend {
  /** Prepares a key for many signatures, for as long as the seed's bytes stay as they are. */
  readonly signer: (seed: Uint8Array) => Signer;
  /** Prepares a key for many checks. */
  readonly verifier: (publicKey: Uint8Array) => Verifier;
}
