import { type DerElement, derElements } from "@pdiem/enclave-verifier/x509/der";
import { concat } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { type MutateBytes, mutateBytes } from "./mutate-bytes.js";
import type { Random } from "./random.js";

const CONSTRUCTED = 0x20;
const OCTET_STRING = 0x04;
const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0xa0, 0xa3, 0x1f] as const;

const lengthOf = (length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
};

/** One element of DER. */
export const encoded = (tag: number, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(tag), lengthOf(content.length), content);

const elementsOf = (bytes: Uint8Array): readonly DerElement[] => {
  try {
    return derElements(bytes);
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

/** Elements with one changed, left out, twice, or in the place of another. */
const edit = (random: Random, elements: readonly DerElement[]): Uint8Array => {
  const at = random.below(elements.length);
  const encodings = elements.map(({ encoding }) => encoding);
  const { tag, content } = elements[at] ?? { tag: 0, content: new Uint8Array() };
  const other = encodings[random.below(encodings.length)] ?? new Uint8Array();
  const replacement = random.pick<() => readonly Uint8Array[]>([
    () => [encoded(random.pick(TAGS), content)],
    () => [encoded(tag, mutateBytes(random, content))],
    () => [encoded(tag, mutateBytes(random, content))],
    () => [encoded(tag, new Uint8Array())],
    () => [encoded(tag, random.bytes(random.pick([1, 20, 300])))],
    () => [],
    () => [encoded(tag, content), encoded(tag, content)],
    () => [other],
    () => [encoded(0x30, encoded(tag, content))],
    () => [Uint8Array.of(tag, 0x80), content, new Uint8Array(2)],
    () => [Uint8Array.of(tag, 0x83, 0), lengthOf(content.length).subarray(-2), content],
  ])();
  return concat(...encodings.slice(0, at), ...replacement, ...encodings.slice(at + 1));
};

const LEVELS = 8;

/** Values of extensions are DER in an OCTET STRING. */
export const isNested = ({ tag, content }: DerElement): boolean =>
  (tag & CONSTRUCTED) !== 0 || (tag === OCTET_STRING && elementsOf(content).length > 0);

const editBelow = (random: Random, bytes: Uint8Array, level: number): Uint8Array => {
  const elements = elementsOf(bytes);
  if (elements.length === 0) return mutateBytes(random, bytes);
  const at = random.below(elements.length);
  const element = elements[at];
  const goesDeeper = element !== undefined && isNested(element) && level < LEVELS && random.below(5) > 0;
  if (!goesDeeper) return edit(random, elements);
  const changed = encoded(element.tag, editBelow(random, element.content, level + 1));
  return concat(...elements.map(({ encoding }, i) => (i === at ? changed : encoding)));
};

/** An edit of one element somewhere in it, with the lengths around it put right. */
export const mutateDer: MutateBytes = (random, der) => editBelow(random, der, 0);
