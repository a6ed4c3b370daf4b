/**
 * What the bridge's 8-byte subaddresses of custody mean (PROTOCOL 3 and 4), big endian. `k + 1`
 * below 2^63 is the `k`th registered account, `2^63 + i` is release `i`.
 */
import { createReader } from "@pdiem/light-client/codec/reader";

const RELEASES_FROM = 1n << 63n;
const LENGTH = 8;

export type SubaddressMeaning =
  | { readonly type: "account"; readonly index: bigint }
  | { readonly type: "release"; readonly index: bigint };

const toBytes = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(LENGTH);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};

/**
 * Writes the subaddress of the `index`th registered account.
 * @throws RangeError from 2^63 - 1 on
 */
export const accountSubaddress = (index: bigint): Uint8Array => {
  if (index < 0n || index + 1n >= RELEASES_FROM) throw new RangeError(`expected an index below 2^63 - 1, got ${index}`);
  return toBytes(index + 1n);
};

/** Writes the subaddress of release `index`. @throws RangeError from 2^63 on */
export const releaseSubaddress = (index: bigint): Uint8Array => {
  if (index < 0n || index >= RELEASES_FROM) throw new RangeError(`expected an index below 2^63, got ${index}`);
  return toBytes(RELEASES_FROM + index);
};

/**
 * Reads what a subaddress means; undefined for zero, which DIP 5 takes for none, and for any other
 * length.
 */
export const readSubaddress = (subaddress: Uint8Array): SubaddressMeaning | undefined => {
  if (subaddress.length !== LENGTH) return undefined;
  const value = createReader(subaddress.toReversed()).u64();
  if (value === 0n) return undefined;
  return value < RELEASES_FROM
    ? { type: "account", index: value - 1n }
    : { type: "release", index: value - RELEASES_FROM };
};
