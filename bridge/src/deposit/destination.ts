/** Where a deposit's payer wants it to go, by its metadata alone (PROTOCOL 3). */
import { readMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { readSubaddress } from "./subaddress.js";

export type Destination =
  /** A payout coming back, by its release's index. */
  | { readonly type: "release"; readonly index: bigint }
  /** A payout coming back, by the version of the transaction that paid it. */
  | { readonly type: "refunded"; readonly version: bigint }
  | { readonly type: "registered"; readonly index: bigint }
  /** 32 bytes. */
  | { readonly type: "account"; readonly account: Uint8Array }
  | { readonly type: "none" };

const NONE: Destination = { type: "none" };

/**
 * Reads where a deposit is to go; `none` for anything else, as metadata is whatever its payer
 * likes.
 */
export const readDestination = (metadata: Uint8Array): Destination => {
  const read = readMetadata(metadata);
  if (read?.type === "refund") return { type: "refunded", version: read.value.transactionVersion };
  if (read?.type === "unstructuredBytes") {
    const account = read.value.metadata;
    return account?.length === 32 ? { type: "account", account } : NONE;
  }
  if (read?.type !== "general" || read.value.toSubaddress === undefined) return NONE;
  const meaning = readSubaddress(read.value.toSubaddress);
  if (meaning === undefined) return NONE;
  return meaning.type === "release" ? meaning : { type: "registered", index: meaning.index };
};

/** Reads the payer's own subaddress, where it has 8 bytes: a refund's `to_subaddress`. */
export const readSenderSubaddress = (metadata: Uint8Array): Uint8Array | undefined => {
  const read = readMetadata(metadata);
  const subaddress = read?.type === "general" ? read.value.fromSubaddress : undefined;
  return subaddress?.length === 8 ? subaddress : undefined;
};

/**
 * Reads which release a payment of custody's pays, as its `from_subaddress` says; undefined for
 * none.
 */
export const readPaidRelease = (metadata: Uint8Array): bigint | undefined => {
  const subaddress = readSenderSubaddress(metadata);
  const meaning = subaddress === undefined ? undefined : readSubaddress(subaddress);
  return meaning?.type === "release" ? meaning.index : undefined;
};
