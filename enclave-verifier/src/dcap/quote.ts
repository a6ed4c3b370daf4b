import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { createReader, type Reader } from "@pdiem/light-client/codec/reader";
import { DecodeError } from "@pdiem/light-client/error";
import { parseQuoteSignature, type QuoteSignature } from "./quote-signature.js";
import { parseSgxReport, SGX_REPORT_BYTES, type SgxReport } from "./sgx-report.js";
import { parseTdReport, TD_REPORT_BYTES, TD15_REPORT_BYTES, type TdReport } from "./td-report.js";

/** Who was quoted. */
export type QuoteBody =
  | { readonly kind: "sgx"; readonly report: SgxReport }
  | { readonly kind: "tdx"; readonly report: TdReport };

/** An Intel DCAP quote of version 3, 4 or 5, parsed, not verified. */
export interface Quote {
  readonly body: QuoteBody;
  /** Header and body: what the attestation key signed. */
  readonly signed: Uint8Array;
  readonly signature: QuoteSignature;
}

const HEADER_BYTES = 48;
const ECDSA_P256 = 2;
const SGX = 0;
const TDX = 0x81;
const INTEL_QE_VENDOR = fromHex("939a7233f79c4ca9940a0db3957f0607");

interface BodyType {
  readonly tee: number;
  readonly size: number;
}

/** Body types of quotes of version 5, by number. */
const BODY_TYPES: readonly (BodyType | undefined)[] = [
  undefined,
  { tee: SGX, size: SGX_REPORT_BYTES },
  { tee: TDX, size: TD_REPORT_BYTES },
  { tee: TDX, size: TD15_REPORT_BYTES },
];

const malformed = (message: string): DecodeError => new DecodeError("decode/quote", message);

const readHeader = (reader: Reader): { version: number; tee: number } => {
  const version = reader.u16();
  if (version < 3 || version > 5) throw malformed(`expected a quote of version 3, 4 or 5, got ${version}`);
  const keyType = reader.u16();
  if (keyType !== ECDSA_P256) throw malformed(`expected attestation key type 2 (ECDSA P-256), got ${keyType}`);
  const tee = reader.u32();
  if (tee !== SGX && (tee !== TDX || version === 3))
    throw malformed(`expected a TEE type that version ${version} knows, got 0x${tee.toString(16)}`);
  reader.bytes(4);
  const vendor = reader.bytes(16);
  if (!equal(vendor, INTEL_QE_VENDOR)) throw malformed(`expected Intel's quoting enclave, got ${toHex(vendor)}`);
  reader.bytes(HEADER_BYTES - reader.offset());
  return { version, tee };
};

const readBodySize = (reader: Reader, version: number, tee: number): number => {
  if (version < 5) return tee === SGX ? SGX_REPORT_BYTES : TD_REPORT_BYTES;
  const type = reader.u16();
  const size = reader.u32();
  const expected = BODY_TYPES[type];
  if (expected === undefined || expected.tee !== tee || expected.size !== size)
    throw malformed(`expected a body of the TEE type, got type ${type} of ${size} bytes for 0x${tee.toString(16)}`);
  return size;
};

/**
 * Parses a quote. Bytes behind it are ignored.
 * @throws DecodeError
 */
export const parseQuote = (bytes: Uint8Array): Quote => {
  const reader = createReader(bytes);
  const { version, tee } = readHeader(reader);
  const body = reader.bytes(readBodySize(reader, version, tee));
  return {
    body: tee === SGX ? { kind: "sgx", report: parseSgxReport(body) } : { kind: "tdx", report: parseTdReport(body) },
    signed: reader.slice(0, reader.offset()),
    signature: parseQuoteSignature(reader.bytes(reader.left()), version),
  };
};
