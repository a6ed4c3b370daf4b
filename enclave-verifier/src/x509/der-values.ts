import { DecodeError } from "@pdiem/light-client/error";
import { BIT_STRING, BOOLEAN, type DerElement, INTEGER } from "./der.js";

const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const IA5_STRING = 0x16;
const TEXTS: readonly number[] = [UTF8_STRING, PRINTABLE_STRING, IA5_STRING];
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const MAX_TEXT = 256;

const malformed = (message: string): DecodeError => new DecodeError("decode/der", message);

const ascii = (content: Uint8Array): string => String.fromCharCode(...content);

/**
 * Reads a BOOLEAN: one octet, 0xff or 0x00.
 * @throws DecodeError `decode/der`
 */
export const derBoolean = ({ tag, content }: DerElement): boolean => {
  const [octet, ...others] = content.subarray(0, 2);
  if (tag !== BOOLEAN || others.length > 0 || (octet !== 0xff && octet !== 0))
    throw malformed("expected a BOOLEAN of 0xff or 0x00");
  return octet === 0xff;
};

/**
 * Reads an INTEGER of any sign: its content, which has no shorter form. Equal numbers have equal
 * contents.
 * @throws DecodeError `decode/der`
 */
export const derInteger = (element: DerElement | undefined): Uint8Array => {
  const content = element?.tag === INTEGER ? element.content : undefined;
  const [first, second = 0] = content ?? [];
  const isPadded = content !== undefined && content.length > 1 && first === (second < 0x80 ? 0 : 0xff);
  if (content === undefined || first === undefined || isPadded)
    throw malformed("expected an INTEGER in its shortest form");
  return content;
};

/**
 * Reads a text of a name: UTF8String, PrintableString or IA5String, at most 256 characters of
 * ASCII. The types agree on those, and vendors' names have no others.
 * @throws DecodeError `decode/der`
 */
export const derText = (element: DerElement | undefined): string => {
  const content = element !== undefined && TEXTS.includes(element.tag) ? element.content : undefined;
  if (content === undefined || content.length > MAX_TEXT || content.some((byte) => byte < 0x20 || byte > 0x7e))
    throw malformed(`expected a text of at most ${MAX_TEXT} printable characters of ASCII`);
  return ascii(content);
};

/** The first year that a UTCTime can tell: earlier ones are nobody's. */
const FIRST_YEAR = "1950";

const timeText = ({ tag, content }: DerElement): string | undefined => {
  if (tag === GENERALIZED_TIME && content.length === 15) return ascii(content);
  if (tag !== UTC_TIME || content.length !== 13) return undefined;
  const text = ascii(content);
  return `${text < "50" ? "20" : "19"}${text}`;
};

/**
 * Reads a UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 has them: whole seconds, in Zulu.
 * @returns milliseconds since 1970
 * @throws DecodeError `decode/der`, also for a time that isn't in the calendar
 */
export const derTime = (element: DerElement | undefined): number => {
  const text = element && timeText(element);
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "");
  const [, year, month, day, hour, minute, second] = digits ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = digits === null ? Number.NaN : Date.parse(iso);
  // Some dates that there aren't, such as 31 February, are taken for others.
  if (Number.isNaN(time) || iso < FIRST_YEAR || new Date(time).toISOString() !== iso)
    throw malformed("expected a UTCTime or GeneralizedTime to the second, in Zulu");
  return time;
};

/**
 * Reads the first eight bits of a BIT STRING that lists named bits, at most 16: bit 0 is 0x80.
 * DER has no zeros at the end of such a list; AMD's certificates do, and mean the same.
 * @throws DecodeError `decode/der`, also for unused bits that aren't zero
 */
export const derNamedBits = ({ tag, content }: DerElement): number => {
  const [unused = 8, bits, ...others] = content.subarray(0, 4);
  const last = others.at(-1) ?? bits ?? 0;
  if (tag !== BIT_STRING || bits === undefined || others.length > 1 || unused > 7 || (last & ((1 << unused) - 1)) !== 0)
    throw malformed("expected a BIT STRING of 1 to 16 bits");
  return bits;
};
