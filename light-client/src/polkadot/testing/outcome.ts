import { isPdiemError } from "../../error.js";

/** The code of the typed error that `run` throws; "accepted" if it throws none. Errors of another kind pass through. */
export const outcome = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isPdiemError(error)) return error.code;
    throw error;
  }
  return "accepted";
};

/** A copy with one bit changed. @param position of the bit, taken modulo the length */
export const flipBit = (bytes: Uint8Array, position: number): Uint8Array => {
  const copy = bytes.slice();
  const bit = position % (8 * copy.length);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};
