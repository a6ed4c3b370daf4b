import { DecodeError } from "../error.js";

/**
 * A cursor over untrusted bytes. Every read is bounded by what is left. Nothing is allocated before
 * the bytes are known to be there, so a length that lies costs nothing. Integers are little endian,
 * as in BCS and SCALE. All throw DecodeError `decode/truncated` on short input.
 */
export interface Reader {
  /** Counts the bytes not read yet. */
  readonly left: () => number;
  /** Reads the next `n` bytes as a view, not a copy. */
  readonly bytes: (n: number) => Uint8Array;
  readonly u8: () => number;
  readonly u16: () => number;
  readonly u32: () => number;
  readonly u64: () => bigint;
  readonly u128: () => bigint;
  /** Gives the position from the start, for messages and for slicing what was read. */
  readonly offset: () => number;
  /** Gives the bytes between two positions, as a view. */
  readonly slice: (from: number, to: number) => Uint8Array;
  /** Runs `body` one container deeper; DecodeError `decode/depth` past `limit` levels. */
  readonly nested: <T>(limit: number, body: () => T) => T;
}

export const createReader = (given: Uint8Array): Reader => {
  // What is read can be copied by `slice`: that of a Node Buffer, which may be given, is a view.
  const input = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = 0;
  let depth = 0;
  const advance = (n: number): number => {
    if (n > input.length - at)
      throw new DecodeError(
        "decode/truncated",
        `expected ${n} more bytes at offset ${at}, ${input.length - at} are left`,
      );
    const start = at;
    at += n;
    return start;
  };
  const u64 = (): bigint => view.getBigUint64(advance(8), true);
  return {
    left: () => input.length - at,
    bytes: (n) => {
      const start = advance(n);
      return input.subarray(start, start + n);
    },
    u8: () => view.getUint8(advance(1)),
    u16: () => view.getUint16(advance(2), true),
    u32: () => view.getUint32(advance(4), true),
    u64,
    u128: () => {
      const low = u64();
      return low | (u64() << 64n);
    },
    offset: () => at,
    slice: (from, to) => input.subarray(from, to),
    nested: (limit, body) => {
      if (depth >= limit) throw new DecodeError("decode/depth", `expected at most ${limit} nested containers`);
      depth += 1;
      const value = body();
      depth -= 1;
      return value;
    },
  };
};

/**
 * Reads one value from the whole input.
 * @throws DecodeError `decode/trailing` when bytes are left over
 */
export const readAll = <T>(input: Uint8Array, read: (reader: Reader) => T): T => {
  const reader = createReader(input);
  const value = read(reader);
  if (reader.left() > 0)
    throw new DecodeError(
      "decode/trailing",
      `expected the value to end at byte ${reader.offset()}, ${reader.left()} more came`,
    );
  return value;
};
