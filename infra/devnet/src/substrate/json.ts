/** How Substrate nodes write bytes and headers in JSON. */
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { digestItem } from "@pdiem/light-client/polkadot/finality/digest";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";

export type Hex = `0x${string}`;

export const hex = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`;

/** Writes a header as `chain_getHeader` returns it: numbers in hex, digest items encoded. */
export const headerJson = (header: Header): object => ({
  parentHash: hex(header.parentHash),
  number: `0x${header.number.toString(16)}`,
  stateRoot: hex(header.stateRoot),
  extrinsicsRoot: hex(header.extrinsicsRoot),
  digest: { logs: header.digest.map((item) => hex(encode(digestItem, item))) },
});
