import { isZero } from "@pdiem/light-client/bytes";
import { TeeError } from "../error.js";

/**
 * @returns the key
 * @throws TeeError `tee/sealing-key` if it has another length or is zero, as a platform gives that
 * has none
 */
export const checkSealingKey = (key: Uint8Array, length: number): Uint8Array => {
  if (key.length !== length || isZero(key))
    throw new TeeError(
      "tee/sealing-key",
      `expected a sealing key of ${length} bytes, not zero, got ${key.length} bytes`,
    );
  return key;
};
