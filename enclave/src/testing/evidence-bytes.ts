/** Evidence as machines lay it out, as far as a program looks at its own: unsigned. */
import { concat } from "@pdiem/light-client/bytes";

const bodyWith = (length: number, offset: number, field: Uint8Array): Uint8Array => {
  const body = new Uint8Array(length).fill(0xee);
  body.set(field, offset);
  return body;
};

const dcapHeader = (version: number): Uint8Array => {
  const header = new Uint8Array(version === 5 ? 54 : 48);
  header[0] = version;
  return header;
};

/** Kernels and agents hand out a buffer that is longer than the quote. */
const REST = new Uint8Array(700).fill(0xaa);

export const sgxQuote = (field: Uint8Array, version = 3): Uint8Array =>
  concat(dcapHeader(version), bodyWith(384, 320, field), REST);

export const tdxQuote = (field: Uint8Array, version = 4): Uint8Array =>
  concat(dcapHeader(version), bodyWith(version === 5 ? 648 : 584, 520, field), REST);

export const snpReport = (field: Uint8Array): Uint8Array => bodyWith(1184, 0x50, field);
