/** Paths of a base-16 trie: one nibble a byte, the high half of each key byte first. */

/**
 * Packs two nibbles a byte. If their number is odd, the first stands alone in the first byte's low
 * half.
 */
export const packNibbles = (nibbles: Uint8Array): Uint8Array => {
  const odd = nibbles.length & 1;
  const packed = new Uint8Array((nibbles.length + odd) / 2);
  nibbles.forEach((nibble, i) => {
    const place = i + odd;
    packed[place >> 1] = ((packed[place >> 1] ?? 0) << (place & 1 ? 4 : 0)) | nibble;
  });
  return packed;
};

/** Counts the nibbles that two paths begin with in common. */
export const commonLength = (a: Uint8Array, b: Uint8Array): number => {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length += 1;
  return length;
};
