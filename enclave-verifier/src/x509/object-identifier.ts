import { DecodeError } from "@pdiem/light-client/error";

const MAX_BYTES = 64;

/**
 * Reads the numbers of an OBJECT IDENTIFIER (X.690 8.19), such as `1.2.840.113741`.
 * @param content of its DER
 * @throws DecodeError `decode/der`
 */
export const objectIdentifier = (content: Uint8Array): string => {
  const last = content.at(-1);
  if (last === undefined || last >= 0x80 || content.length > MAX_BYTES)
    throw new DecodeError("decode/der", `expected an object identifier of at most ${MAX_BYTES} bytes`);
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    if (number === 0 && byte === 0x80) throw new DecodeError("decode/der", "expected the shortest form of a number");
    number = number * 128 + (byte & 0x7f);
    if (number > Number.MAX_SAFE_INTEGER) throw new DecodeError("decode/der", "expected numbers below 2^53");
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...others] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...others].join(".");
};
