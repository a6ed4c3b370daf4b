/**
 * What an implementation of Ed25519 offers. Checks without the curve's arithmetic (lengths, small
 * order, S < L) are made before it, for all implementations alike. So is the check that a key is a
 * point.
 */
export interface Ed25519Backend {
  readonly publicKeyOf: (seed: Uint8Array) => Uint8Array;
  readonly sign: (seed: Uint8Array, message: Uint8Array) => Uint8Array;
  /**
   * Prepares a key for many uses. What it returns is true if [S]B - [k]A is encoded exactly as R,
   * without the cofactor.
   */
  readonly verifier: (publicKey: Uint8Array) => (message: Uint8Array, signature: Uint8Array) => boolean;
}
