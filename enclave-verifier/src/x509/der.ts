import { EvidenceRefusal } from "../refusal.js";

/** One element of DER: its tag, its content, and all its bytes. Views, not copies. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

const malformed = (what: string): EvidenceRefusal => new EvidenceRefusal("format", "der", what);

/** Number of bytes that a length takes, and the length. Only the shortest form, as DER demands. */
const readLength = (bytes: Uint8Array, at: number): readonly [size: number, length: number] => {
  const first = bytes[at] ?? 0x80;
  if (first < 0x80) return [1, first];
  const size = first & 0x7f;
  const digits = bytes.subarray(at + 1, at + 1 + size);
  if (size === 0 || size > 3 || digits.length !== size || digits[0] === 0)
    throw malformed(`expected a definite length of at most 3 bytes at ${at}`);
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (length < 0x80) throw malformed(`expected the short form of a length at ${at}`);
  return [1 + size, length];
};

/**
 * The elements that `bytes` consist of, with nothing left over.
 * @throws EvidenceRefusal `evidence/format-der`, also for tags of more than one byte and for more than `limit` elements
 */
export const readElements = (bytes: Uint8Array, limit = 64): readonly Element[] => {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const [size, length] = readLength(bytes, at + 1);
    const start = at + 1 + size;
    if ((tag & 0x1f) === 0x1f || length > bytes.length - start || elements.length === limit)
      throw malformed(`expected an element of known kind and length at ${at} of ${bytes.length}`);
    elements.push({ tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
};

/**
 * The one element that `bytes` are.
 * @throws EvidenceRefusal `evidence/format-der` for another tag, or for bytes after it
 */
export const readElement = (bytes: Uint8Array, tag: number): Element => {
  const [element, ...more] = readElements(bytes);
  if (element === undefined || element.tag !== tag || more.length > 0)
    throw malformed(`expected one element with tag ${tag}, got ${element?.tag ?? "none"} and ${more.length} more`);
  return element;
};

/**
 * An INTEGER that isn't negative, big endian in `length` bytes.
 * @throws EvidenceRefusal `evidence/format-der` unless it is the shortest form of one that fits
 */
export const readUnsigned = (element: Element | undefined, length: number): Uint8Array => {
  const content = element?.tag === 0x02 ? element.content : new Uint8Array();
  const padded = content[0] === 0 && content.length > 1;
  const first = content[padded ? 1 : 0] ?? 0x80;
  const digits = padded ? content.subarray(1) : content;
  if (padded !== first >= 0x80 || digits.length > length)
    throw malformed(`expected an unsigned integer of at most ${length} bytes`);
  const value = new Uint8Array(length);
  value.set(digits, length - digits.length);
  return value;
};
