import { type DerElement, derElements } from "@pdiem/enclave-verifier/x509/der";
import { concat, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { mutateBytes } from "../mutate-bytes.js";
import { encoded, isNested } from "../mutate-der.js";
import type { Random } from "../random.js";

const TIMES = [
  "991231235959Z",
  "500101000000Z",
  "491231235959Z",
  "260229000000Z",
  "240229235959Z",
  "240229235960Z",
  "2601010000Z",
  "260101000000+0000",
  "260101000000",
  "26010100000 Z",
  "20500101000000Z",
  "20260230000000Z",
  "20260101240000Z",
  "00500101000000Z",
  "20260101000000.5Z",
  "202601010000Z",
  "20260101000000-0100",
] as const;
const BITS = [
  "0106",
  "0006",
  "0284",
  "0780",
  "07ff",
  "0800",
  "00",
  "",
  "000680",
  "0520",
  "0107",
  "ff06",
  "00000000",
] as const;
const INTEGERS = [
  "00",
  "0080",
  "0001",
  "80",
  "ffff",
  "7f",
  "0100",
  "",
  "0000a5",
  "ff80",
  "010000000000000000",
] as const;
const BOOLEANS = ["ff", "00", "01", "", "ffff"] as const;
const TEXTS = ["a", "", "é", "\ufeffARK", "SEV-VCEK", "SEV\u0000-VCEK", "\u0130", "x".repeat(300)] as const;
const TEXT_TAGS = [0x0c, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e] as const;

const digits = (random: Random): string =>
  Array.from({ length: 10 + random.below(6) }, () => String(random.below(10))).join("");

/** Contents that readers disagree about, by the tag of what they are in the place of. */
const otherValue = (random: Random, { tag, content }: DerElement): Uint8Array => {
  switch (tag) {
    case 0x17:
    case 0x18: {
      const text = random.below(3) === 0 ? `${digits(random)}Z` : random.pick(TIMES);
      return encoded(random.pick([0x17, 0x18]), utf8(text));
    }
    case 0x01:
      return encoded(tag, fromHex(random.pick(BOOLEANS)));
    case 0x02:
      return encoded(tag, fromHex(random.pick(INTEGERS)));
    case 0x03:
      return encoded(tag, fromHex(random.pick(BITS)));
    case 0x0c:
    case 0x13:
    case 0x16:
      return encoded(random.pick(TEXT_TAGS), random.below(2) === 0 ? utf8(random.pick(TEXTS)) : content);
    default:
      return encoded(tag, mutateBytes(random, content));
  }
};

const elementsOf = (bytes: Uint8Array): readonly DerElement[] => {
  try {
    return derElements(bytes);
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

/** One value somewhere in DER in the place of another, with the lengths around it put right. */
export const mutateValue = (random: Random, der: Uint8Array): Uint8Array => {
  const elements = elementsOf(der);
  const at = random.below(elements.length);
  const element = elements[at];
  if (element === undefined) return mutateBytes(random, der);
  const changed = isNested(element)
    ? encoded(element.tag, mutateValue(random, element.content))
    : otherValue(random, element);
  return concat(...elements.map(({ encoding }, i) => (i === at ? changed : encoding)));
};
