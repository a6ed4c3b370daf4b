import { refuseFailures } from "@pdiem/enclave-verifier/refuse-failures";
import { parsePem } from "@pdiem/enclave-verifier/x509/pem";
import { toHex } from "@pdiem/light-client/bytes";
import { createReader } from "@pdiem/light-client/codec/reader";
import { DecodeError } from "@pdiem/light-client/error";

/**
 * Certificates that a hypervisor keeps for its guests, as DER. Nothing of them is verified, and any
 * may be missing.
 */
export interface CertificateTable {
  readonly vcek?: Uint8Array;
  readonly ask?: Uint8Array;
  readonly ark?: Uint8Array;
}

const MAX_ENTRIES = 32;
const END = "00".repeat(16);
const NAMES: ReadonlyMap<string, keyof CertificateTable> = new Map([
  ["63da758de6644564adc5f4b93be8accd", "vcek"],
  ["4ab7b379bbac4fe4a02f05aef327c782", "ask"],
  ["c0b406a4a803495297433fb6014cd0ae", "ark"],
]);

const malformed = (message: string): DecodeError => new DecodeError("decode/certificate-table", message);

const SEQUENCE = 0x30;

/** Tools put PEM into the table as well as DER. */
const asDer = (bytes: Uint8Array): Uint8Array => {
  if (bytes[0] === SEQUENCE) return new Uint8Array(bytes);
  const [der, ...others] = parsePem(new TextDecoder("latin1").decode(bytes));
  if (der === undefined || others.length > 0) throw malformed("expected one certificate an entry, as DER or PEM");
  return der;
};

const readEntries = (table: Uint8Array): CertificateTable => {
  const reader = createReader(table);
  const found: { -readonly [K in keyof CertificateTable]: CertificateTable[K] } = {};
  for (let i = 0; i < MAX_ENTRIES; i++) {
    const guid = toHex(reader.bytes(16));
    const [offset, length] = [reader.u32(), reader.u32()];
    if (guid === END) return found;
    const name = NAMES.get(guid);
    if (name === undefined) continue;
    if (offset + length > table.length)
      throw malformed(`expected ${name} within ${table.length} bytes, got ${length} bytes at ${offset}`);
    if (found[name] !== undefined) throw malformed(`expected ${name} once`);
    found[name] = asDer(table.subarray(offset, offset + length));
  }
  throw malformed(`expected at most ${MAX_ENTRIES} entries, the last of zeros`);
};

/**
 * Reads the certificate table of GHCB 2.03 (AMD document 56421), 4.1.8.1, that comes with an
 * extended report. It has entries of GUID, offset and length up to one of zeros, then the
 * certificates. Entries of other GUIDs are passed over.
 * @throws EvidenceRefusal `evidence/format-certificate-table`
 */
export const readCertificateTable = (table: Uint8Array): CertificateTable =>
  refuseFailures("format", "certificate-table", "SEV-SNP's certificate table", () => readEntries(table));
