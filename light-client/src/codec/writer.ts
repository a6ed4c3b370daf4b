/**
 * Grows as it is written to. Integers are little endian; a value out of its range is a defect of
 * the caller: RangeError.
 */
export interface Writer {
  readonly bytes: (value: Uint8Array) => void;
  readonly u8: (value: number) => void;
  readonly u16: (value: number) => void;
  readonly u32: (value: number) => void;
  readonly u64: (value: bigint) => void;
  readonly u128: (value: bigint) => void;
  /** Gives what was written, as a view of the buffer: copy it if you go on writing. */
  readonly finish: () => Uint8Array;
  /** Gives what was written as bytes of its own, leaves none of it behind, and starts anew. */
  readonly take: () => Uint8Array;
  /** Leaves none of what was written behind, and starts anew. */
  readonly clear: () => void;
}

/** What is longer is handed over, or left to the collector, instead of copied or cleared. */
const MAX_COPIED = 1 << 16;

const checked = (value: bigint, bits: bigint): bigint => {
  if (value < 0n || value >> bits !== 0n)
    throw new RangeError(`expected an unsigned ${bits}-bit integer, got ${value}`);
  return value;
};

const checkedNumber = (value: number, max: number): number => {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError(`expected 0..${max}, got ${value}`);
  return value;
};

export const createWriter = (capacity = 256): Writer => {
  let buffer = new Uint8Array(capacity);
  let view = new DataView(buffer.buffer);
  let at = 0;
  const grow = (n: number): number => {
    if (at + n > buffer.length) {
      const larger = new Uint8Array(Math.max(2 * buffer.length, at + n));
      larger.set(buffer.subarray(0, at));
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    const start = at;
    at += n;
    return start;
  };
  const u64 = (value: bigint): void => {
    const start = grow(8);
    view.setBigUint64(start, checked(value, 64n), true);
  };
  const clear = (): void => {
    if (at > MAX_COPIED) {
      buffer = new Uint8Array(capacity);
      view = new DataView(buffer.buffer);
    } else buffer.fill(0, 0, at);
    at = 0;
  };
  return {
    bytes: (value) => {
      const start = grow(value.length);
      buffer.set(value, start);
    },
    u8: (value) => {
      const start = grow(1);
      view.setUint8(start, checkedNumber(value, 0xff));
    },
    u16: (value) => {
      const start = grow(2);
      view.setUint16(start, checkedNumber(value, 0xffff), true);
    },
    u32: (value) => {
      const start = grow(4);
      view.setUint32(start, checkedNumber(value, 0xffff_ffff), true);
    },
    u64,
    u128: (value) => {
      checked(value, 128n);
      u64(value & 0xffff_ffff_ffff_ffffn);
      u64(value >> 64n);
    },
    finish: () => buffer.subarray(0, at),
    take: () => {
      const taken = at > MAX_COPIED ? buffer.subarray(0, at) : buffer.slice(0, at);
      clear();
      return taken;
    },
    clear,
  };
};
