/**
 * What each signed extension adds to an extrinsic (`extra`) and to what is signed alone (`implicit`).
 * Fees are always paid in the native asset, without a tip; a metadata hash is never asked for.
 */
import { concat } from "../../bytes.js";
import type { Reader } from "../../codec/reader.js";
import { compactU32, encode, u32 } from "../../codec/scale.js";
import { DecodeError } from "../../error.js";
import type { ChainProfile, SignedExtension } from "./chain-profile.js";
import { decodeEra, type Era, encodeEra } from "./era.js";

/** What the extensions of one extrinsic say. Hashes are 32 bytes; `birthHash` is the hash of the era's birth block. */
export interface ExtensionValues {
  readonly era: Era;
  readonly nonce: number;
  readonly birthHash: Uint8Array;
  readonly genesisHash: Uint8Array;
  readonly specVersion: number;
}

const NOTHING = new Uint8Array(0);
/** Tip 0 as a compact, and no fee asset. */
const NO_TIP_NATIVE_FEE = Uint8Array.of(0, 0);
/** Mode 0: no metadata hash is checked. In the implicit part: no hash. */
const NO_METADATA_HASH = Uint8Array.of(0);

const extra = (extension: SignedExtension, values: Pick<ExtensionValues, "era" | "nonce">): Uint8Array => {
  switch (extension) {
    case "CheckMortality":
      return encodeEra(values.era);
    case "CheckNonce":
      return encode(compactU32, values.nonce);
    case "ChargeAssetTxPayment":
      return NO_TIP_NATIVE_FEE;
    case "CheckMetadataHash":
      return NO_METADATA_HASH;
    default:
      return NOTHING;
  }
};

const implicit = (extension: SignedExtension, profile: ChainProfile, values: ExtensionValues): Uint8Array => {
  switch (extension) {
    case "CheckSpecVersion":
      return encode(u32, values.specVersion);
    case "CheckTxVersion":
      return encode(u32, profile.transactionVersion);
    case "CheckGenesis":
      return values.genesisHash;
    case "CheckMortality":
      return values.birthHash;
    case "CheckMetadataHash":
      return NO_METADATA_HASH;
    default:
      return NOTHING;
  }
};

/** The part of the extensions that stands in the extrinsic, in the profile's order. */
export const encodeExtra = (profile: ChainProfile, values: Pick<ExtensionValues, "era" | "nonce">): Uint8Array =>
  concat(...profile.extensions.map((extension) => extra(extension, values)));

/** The part of the extensions that is signed but not sent. */
export const encodeImplicit = (profile: ChainProfile, values: ExtensionValues): Uint8Array =>
  concat(...profile.extensions.map((extension) => implicit(extension, profile, values)));

const readConstant = (reader: Reader, constant: Uint8Array, expected: string): void => {
  for (const byte of constant)
    if (reader.u8() !== byte) throw new DecodeError("decode/extrinsic", `expected an extrinsic with ${expected}`);
};

/** @throws DecodeError for a tip, a fee in another asset, a metadata hash, an immortal era */
export const readExtra = (profile: ChainProfile, reader: Reader): { readonly era: Era; readonly nonce: number } => {
  let era: Era | undefined;
  let nonce: number | undefined;
  for (const extension of profile.extensions) {
    if (extension === "CheckMortality") era = decodeEra(reader.bytes(2));
    else if (extension === "CheckNonce") nonce = compactU32.read(reader);
    else if (extension === "ChargeAssetTxPayment")
      readConstant(reader, NO_TIP_NATIVE_FEE, "no tip, its fee in the native asset");
    else if (extension === "CheckMetadataHash") readConstant(reader, NO_METADATA_HASH, "no metadata hash");
  }
  if (era === undefined || nonce === undefined)
    throw new DecodeError("decode/extrinsic", `expected profile ${profile.name} to have CheckMortality and CheckNonce`);
  return { era, nonce };
};
