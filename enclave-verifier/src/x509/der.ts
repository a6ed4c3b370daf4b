import { DecodeError } from "@pdiem/light-client/error";

/** One element of DER (X.690). */
export interface DerElement {
  /** The identifier octet. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Identifier, length and content. */
  readonly encoding: Uint8Array;
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;

const malformed = (message: string): DecodeError => new DecodeError("decode/der", message);

const readLength = (bytes: Uint8Array, at: number): { length: number; start: number } => {
  const first = bytes[at];
  if (first === undefined) throw malformed(`expected a length at byte ${at}`);
  if (first < 0x80) return { length: first, start: at + 1 };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) throw malformed(`expected a length of 1 to 4 octets, got 0x${first.toString(16)}`);
  let length = 0;
  for (let i = 1; i <= octets; i++) length = length * 256 + (bytes[at + i] ?? Number.NaN);
  const shortest = length >= 0x80 && length >= 256 ** (octets - 1);
  if (!shortest) throw malformed(`expected the shortest form of a length at byte ${at}`);
  return { length, start: at + 1 + octets };
};

const elementAt = (bytes: Uint8Array, at: number): DerElement => {
  const tag = bytes[at];
  // BER ends contents of indefinite length by a tag of 0, and some readers do so anywhere.
  if (tag === undefined || tag === 0 || (tag & 0x1f) === 0x1f)
    throw malformed(`expected an identifier of one octet at byte ${at}`);
  const { length, start } = readLength(bytes, at + 1);
  if (length > bytes.length - start) throw malformed(`expected ${length} bytes at ${start} of ${bytes.length}`);
  return { tag, content: bytes.subarray(start, start + length), encoding: bytes.subarray(at, start + length) };
};

/**
 * Reads the elements that follow one another in the bytes, as views.
 * @throws DecodeError `decode/der`
 */
export const derElements = (bytes: Uint8Array): readonly DerElement[] => {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at += element.encoding.length;
  }
  return elements;
};

/**
 * Reads the one element that the bytes are, nothing before or after it.
 * @throws DecodeError `decode/der`
 */
export const derElement = (bytes: Uint8Array, tag: number): DerElement => {
  const element = elementAt(bytes, 0);
  if (element.tag !== tag || element.encoding.length !== bytes.length)
    throw malformed(`expected one element with tag ${tag}, got tag ${element.tag} and ${bytes.length} bytes`);
  return element;
};

const CONSTRUCTED = 0x20;
const MAX_DEPTH = 16;

/**
 * Checks that elements consist of elements, down to those that hold values, so that all readers see
 * the same bounds.
 * @throws DecodeError `decode/der`, also for more than 16 levels
 */
export const checkDer = (bytes: Uint8Array, level = 0): void => {
  if (level === MAX_DEPTH) throw malformed(`expected at most ${MAX_DEPTH} levels`);
  for (const { tag, content } of derElements(bytes)) if ((tag & CONSTRUCTED) !== 0) checkDer(content, level + 1);
};

/** Reads the elements inside of one SEQUENCE. @throws DecodeError `decode/der` */
export const derSequence = (bytes: Uint8Array): readonly DerElement[] =>
  derElements(derElement(bytes, SEQUENCE).content);

/**
 * Reads a non-negative INTEGER: big endian, without leading zeros.
 * @throws DecodeError `decode/der`
 */
export const derUnsigned = (element: DerElement | undefined): Uint8Array => {
  const content = element?.tag === INTEGER ? element.content : undefined;
  const [first, second] = content ?? [];
  if (content === undefined || first === undefined || first >= 0x80)
    throw malformed("expected an INTEGER that isn't negative");
  if (first !== 0) return content;
  if (second !== undefined && second < 0x80) throw malformed("expected the shortest form of an INTEGER");
  return content.subarray(1);
};
