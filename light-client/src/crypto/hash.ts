/** Hashes one input; what it returns is a plain `Uint8Array` of the hash's length. */
export type Hash = (input: Uint8Array) => Uint8Array;
