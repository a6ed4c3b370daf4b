/**
 * How extrinsics of version 4 are encoded for one runtime. Comes from a pinned profile
 * (`pinnedFormat`) or from types that are proven against the runtime's metadata digest
 * (`provenFormat`).
 */
import type { Call } from "./call.js";

export type CallName = Call["type"];

/** Pallet index and call index: the first two bytes of an encoded call. */
export type CallIndex = readonly [pallet: number, call: number];

/** Accounts are `MultiAddress::Id`; bytes and calls are behind their count. */
export type ArgumentEncoding = "u32" | "compactU32" | "u128" | "compactU128" | "account" | "bytes" | "calls";

export interface CallFormat {
  readonly index: CallIndex;
  /** In the order in which they are encoded; `name` is that of the `Call`'s property. */
  readonly arguments: readonly { readonly name: string; readonly encoding: ArgumentEncoding }[];
}

/**
 * What extensions put into an extrinsic: `none` an option's, `mode` whether a metadata hash is
 * signed.
 */
export type ExtraPart = "era" | "nonce" | "tip" | "none" | "mode";
/** What extensions sign beside call and extra. */
export type ImplicitPart = "specVersion" | "transactionVersion" | "genesisHash" | "birthHash" | "metadataHash" | "none";

export interface ExtrinsicFormat {
  readonly specVersion: number;
  /** Undefined where only the runtime itself can tell, as it is signed over anyhow. */
  readonly transactionVersion: number | undefined;
  /** The RFC 78 digest that signatures are bound to, 32 bytes; undefined for a pinned profile. */
  readonly metadataHash: Uint8Array | undefined;
  /** The calls that can be encoded. */
  readonly calls: Partial<Record<CallName, CallFormat>>;
  readonly extra: readonly ExtraPart[];
  readonly implicit: readonly ImplicitPart[];
  /** First bytes of the eras that can be encoded; undefined for all mortal ones. */
  readonly eras: ReadonlySet<number> | undefined;
}
