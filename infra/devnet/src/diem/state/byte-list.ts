/**
 * A growing list of byte strings in large blocks: a fraction of the memory of an array of arrays.
 */
export interface ByteList {
  readonly push: (bytes: Uint8Array) => void;
  /** Gives a view into the list; never changes afterwards. */
  readonly at: (index: number) => Uint8Array;
  readonly length: () => number;
}

const FIRST_BLOCK = 4096;
const MAX_BLOCK = 1024 * 1024;

export const createByteList = (): ByteList => {
  const blocks: Uint8Array[] = [];
  const places: { readonly block: number[]; readonly start: number[]; readonly end: number[] } = {
    block: [],
    start: [],
    end: [],
  };
  let used = 0;
  return {
    push: (bytes) => {
      const last = blocks.at(-1);
      if (last === undefined || used + bytes.length > last.length) {
        const size = Math.min(MAX_BLOCK, 2 * (last?.length ?? FIRST_BLOCK));
        blocks.push(new Uint8Array(Math.max(size, bytes.length)));
        used = 0;
      }
      blocks.at(-1)?.set(bytes, used);
      places.block.push(blocks.length - 1);
      places.start.push(used);
      used += bytes.length;
      places.end.push(used);
    },
    at: (index) => {
      const block = blocks[places.block[index] ?? -1];
      if (block === undefined) throw new RangeError(`expected an index below ${places.block.length}, got ${index}`);
      return block.subarray(places.start[index], places.end[index]);
    },
    length: () => places.block.length,
  };
};
