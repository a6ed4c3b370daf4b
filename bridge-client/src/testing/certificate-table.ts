import { concat, fromHex } from "@pdiem/light-client/bytes";

const GUIDS = {
  vcek: "63da758de6644564adc5f4b93be8accd",
  ask: "4ab7b379bbac4fe4a02f05aef327c782",
  ark: "c0b406a4a803495297433fb6014cd0ae",
  other: "ff".repeat(16),
};

export type TableEntry = readonly [name: keyof typeof GUIDS, certificate: Uint8Array];

const ENTRY_LENGTH = 24;

const entry = (guid: string, offset: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(ENTRY_LENGTH);
  bytes.set(fromHex(guid));
  const view = new DataView(bytes.buffer);
  view.setUint32(16, offset, true);
  view.setUint32(20, length, true);
  return bytes;
};

/** Makes a certificate table as a hypervisor hands it to a guest. */
export const testCertificateTable = (entries: readonly TableEntry[]): Uint8Array => {
  let offset = ENTRY_LENGTH * (entries.length + 1);
  const headers = entries.map(([name, { length }]) => {
    const header = entry(GUIDS[name], offset, length);
    offset += length;
    return header;
  });
  return concat(...headers, new Uint8Array(ENTRY_LENGTH), ...entries.map(([, certificate]) => certificate));
};
