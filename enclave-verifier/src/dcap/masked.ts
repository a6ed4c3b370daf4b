/** Tells whether bytes are as expected in all bits that the mask has. */
export const matchesMasked = (bytes: Uint8Array, expected: Uint8Array, mask: Uint8Array): boolean =>
  bytes.length === mask.length && mask.every((bits, i) => ((bytes[i] ?? 0) & bits) === ((expected[i] ?? 0) & bits));
