import { toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { refuseFailures } from "../refuse-failures.js";
import type { Certificate } from "../x509/certificate.js";
import { type DerElement, derSequence, derUnsigned, OBJECT_IDENTIFIER, OCTET_STRING } from "../x509/der.js";

/**
 * What Intel certifies of a platform in its PCK certificate (1.2.840.113741.1.13.1). Identifiers
 * are lower-case hex.
 */
export interface PckExtension {
  readonly ppid: string;
  readonly fmspc: string;
  readonly pceId: string;
  /** Security version numbers of the 16 TCB components. */
  readonly components: readonly number[];
  readonly pceSvn: number;
}

export const PCK_EXTENSION = "1.2.840.113741.1.13.1";

/**
 * DER of 1.2.840.113741.1.13.1, to which the fields' identifiers add a number, and those of the TCB
 * another.
 */
const BASE = "2a864886f84d010d01";
const TCB_COMPONENTS = 16;

/** The values of SEQUENCE OF SEQUENCE {identifier, value}, by the identifier's last part. */
const fields = (der: Uint8Array, base: string): ReadonlyMap<number, DerElement> => {
  const byNumber = new Map<number, DerElement>();
  for (const { encoding } of derSequence(der)) {
    const [id, value, ...rest] = derSequence(encoding);
    const number = id?.content.at(-1);
    const isOurs = id?.tag === OBJECT_IDENTIFIER && toHex(id.content.subarray(0, -1)) === base;
    if (!isOurs || number === undefined || value === undefined || rest.length > 0)
      throw new DecodeError("decode/pck-extension", `expected an identifier below ${base} and a value`);
    if (byNumber.has(number)) throw new DecodeError("decode/pck-extension", `expected ${base}.${number} once`);
    byNumber.set(number, value);
  }
  return byNumber;
};

const svn = (value: DerElement | undefined, maximum: number): number => {
  const number = derUnsigned(value).reduce((sum, byte) => sum * 256 + byte, 0);
  if (number > maximum) throw new DecodeError("decode/pck-extension", `expected at most ${maximum}, got ${number}`);
  return number;
};

const octets = (value: DerElement | undefined, length: number): string => {
  if (value?.tag !== OCTET_STRING || value.content.length !== length)
    throw new DecodeError("decode/pck-extension", `expected an octet string of ${length} bytes`);
  return toHex(value.content);
};

/**
 * Parses the value of the extension.
 * @throws DecodeError
 */
export const parsePckExtension = (der: Uint8Array): PckExtension => {
  const all = fields(der, BASE);
  const tcb = all.get(2);
  if (tcb === undefined) throw new DecodeError("decode/pck-extension", "expected the platform's TCB");
  const numbers = fields(tcb.encoding, `${BASE}02`);
  return {
    ppid: octets(all.get(1), 16),
    pceId: octets(all.get(3), 2),
    fmspc: octets(all.get(4), 6),
    components: Array.from({ length: TCB_COMPONENTS }, (_, i) => svn(numbers.get(i + 1), 0xff)),
    pceSvn: svn(numbers.get(TCB_COMPONENTS + 1), 0xffff),
  };
};

/**
 * Reads which platform a PCK certificate describes.
 * @throws EvidenceRefusal `evidence/chain-pck-extension`
 */
export const readPckExtension = ({ extensions }: Certificate): PckExtension =>
  refuseFailures("chain", "pck-extension", "a PCK certificate that describes its platform", () =>
    parsePckExtension(extensions.get(PCK_EXTENSION) ?? new Uint8Array()),
  );
