/**
 * Makes a copy with one bit changed.
 * @param position of the bit, taken modulo the length
 */
export const flipBit = (bytes: Uint8Array, position: number): Uint8Array => {
  const copy = bytes.slice();
  const bit = position % (8 * copy.length);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};
