/**
 * A growing list of 32-byte hashes in large blocks: a fraction of the memory of an array of
 * arrays.
 */
export interface HashList {
  readonly push: (hash: Uint8Array) => number;
  /** Gives a view into the list; never changes afterwards. */
  readonly at: (index: number) => Uint8Array;
  readonly length: () => number;
}

const HASH = 32;
const FIRST_BLOCK = 16;
const MAX_BLOCK = 16_384;

export const createHashList = (): HashList => {
  const blocks: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  let length = 0;
  let capacity = 0;
  const blockOf = (index: number): { readonly start: number; readonly bytes: Uint8Array } => {
    let low = 0;
    let high = blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((blocks[middle]?.start ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const block = blocks[low];
    if (block === undefined || index < 0 || index >= length)
      throw new RangeError(`expected an index below ${length}, got ${index}`);
    return block;
  };
  const at = (index: number): Uint8Array => {
    const { start, bytes } = blockOf(index);
    return bytes.subarray((index - start) * HASH, (index - start + 1) * HASH);
  };
  return {
    push: (hash) => {
      if (length === capacity) {
        const size = Math.min(MAX_BLOCK, Math.max(FIRST_BLOCK, capacity));
        blocks.push({ start: capacity, bytes: new Uint8Array(size * HASH) });
        capacity += size;
      }
      length += 1;
      at(length - 1).set(hash);
      return length - 1;
    },
    at,
    length: () => length,
  };
};
