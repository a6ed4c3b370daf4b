/**
 * What must be known of a runtime to write and limit extrinsics for it. Metadata could tell, but comes from an untrusted
 * node; a profile is pinned instead, and its transaction version is part of what is signed, so that another runtime
 * refuses the extrinsic.
 */
import * as bcs from "../../codec/bcs.js";
import { DecodeError } from "../../error.js";

/** The calls that this project signs or reads back. */
export const CALL_NAMES = [
  "remark",
  "batchAll",
  "mint",
  "burn",
  "transferKeepAlive",
  "approveTransfer",
  "cancelApproval",
  "setTeam",
  "freezeAsset",
  "thawAsset",
  "thaw",
] as const;
export type CallName = (typeof CALL_NAMES)[number];

/** Pallet index and call index: the first two bytes of an encoded call. */
export type CallIndex = readonly [pallet: number, call: number];

/** The signed extensions that can be written without metadata; the order in this list is only that of the profile's encoding. */
export const SIGNED_EXTENSIONS = [
  "CheckNonZeroSender",
  "CheckSpecVersion",
  "CheckTxVersion",
  "CheckGenesis",
  "CheckMortality",
  "CheckNonce",
  "CheckWeight",
  "ChargeAssetTxPayment",
  "CheckMetadataHash",
  "EthSetOrigin",
  "StorageWeightReclaim",
] as const;
export type SignedExtension = (typeof SIGNED_EXTENSIONS)[number];

/** Picoseconds of execution, and bytes of proof. */
export interface Weight {
  readonly refTime: bigint;
  readonly proofSize: bigint;
}

export interface ChainProfile {
  /** Names the profile in ledgers and configurations. */
  readonly name: string;
  /** The only `transaction_version` under which this profile's extrinsics are valid. */
  readonly transactionVersion: number;
  /** 1 where values above 32 bytes are kept in the state trie by their hash. */
  readonly stateVersion: 0 | 1;
  /** Lifetime of a mortal extrinsic, in blocks: a power of two. */
  readonly mortalPeriod: number;
  /** In the order in which the runtime encodes them. */
  readonly extensions: readonly SignedExtension[];
  readonly calls: { readonly [N in CallName]: CallIndex };
  /** The most consumers that an account may have and still take one more, as a mint that opens a non-sufficient entry does. */
  readonly maxConsumers: number;
  /** What a block gives to all normal extrinsics, and to one. `length` is in bytes of encoded extrinsics. */
  readonly normalWeight: Weight;
  readonly normalLength: number;
  readonly extrinsicWeight: Weight;
  /** True where an extrinsic's own length counts as proof size, too. */
  readonly lengthCountsAsProof: boolean;
  /**
   * Upper bounds: of an extrinsic with an empty `batch_all`; of each call in it that the bridge's issuer makes, so not of
   * transfers; of each byte of a remark, in refTime.
   */
  readonly baseWeight: Weight;
  readonly callWeight: Weight;
  readonly remarkByteRefTime: bigint;
}

const MAX_NAME_LENGTH = 64;

const name: bcs.Codec<string> = bcs.mapped(
  bcs.string,
  (text) => {
    if (text.length === 0 || text.length > MAX_NAME_LENGTH)
      throw new DecodeError("decode/profile", `expected a name of 1 to ${MAX_NAME_LENGTH} characters`);
    return text;
  },
  (text) => text,
);

const stateVersion: bcs.Codec<0 | 1> = bcs.mapped(
  bcs.bool,
  (hashed) => (hashed ? 1 : 0),
  (version) => version === 1,
);

const mortalPeriod: bcs.Codec<number> = bcs.mapped(
  bcs.u16,
  (period) => {
    if (period < 4 || period > 4096 || (period & (period - 1)) !== 0)
      throw new DecodeError("decode/profile", `expected a mortal period of 4 to 4096, a power of two, got ${period}`);
    return period;
  },
  (period) => period,
);

const extension: bcs.Codec<SignedExtension> = bcs.mapped(
  bcs.u8,
  (index) => {
    const known = SIGNED_EXTENSIONS[index];
    if (known === undefined) throw new DecodeError("decode/profile", `expected a known signed extension, got ${index}`);
    return known;
  },
  (known) => SIGNED_EXTENSIONS.indexOf(known),
);

const callIndex: bcs.Codec<CallIndex> = {
  write: (writer, [pallet, call]) => {
    writer.u8(pallet);
    writer.u8(call);
  },
  read: (reader) => [reader.u8(), reader.u8()],
};

/** Without these an extrinsic could be used again, elsewhere, later or under another runtime. */
const NEEDED: readonly SignedExtension[] = [
  "CheckSpecVersion",
  "CheckTxVersion",
  "CheckGenesis",
  "CheckMortality",
  "CheckNonce",
];

const checkProfile = (profile: ChainProfile): ChainProfile => {
  const extensions = new Set(profile.extensions);
  if (extensions.size !== profile.extensions.length || NEEDED.some((needed) => !extensions.has(needed)))
    throw new DecodeError("decode/profile", `expected each signed extension once, ${NEEDED.join(", ")} among them`);
  if (new Set(CALL_NAMES.map((call) => String(profile.calls[call]))).size !== CALL_NAMES.length)
    throw new DecodeError("decode/profile", "expected another index for each call");
  return profile;
};

const weight: bcs.Codec<Weight> = bcs.struct({ refTime: bcs.u64, proofSize: bcs.u64 });

/** BCS. @throws DecodeError `decode/profile` for what no extrinsic could be written from */
export const chainProfile: bcs.Codec<ChainProfile> = bcs.mapped(
  bcs.struct<ChainProfile>({
    name,
    transactionVersion: bcs.u32,
    stateVersion,
    mortalPeriod,
    extensions: bcs.vector(extension, SIGNED_EXTENSIONS.length),
    calls: bcs.struct<ChainProfile["calls"]>({
      remark: callIndex,
      batchAll: callIndex,
      mint: callIndex,
      burn: callIndex,
      transferKeepAlive: callIndex,
      approveTransfer: callIndex,
      cancelApproval: callIndex,
      setTeam: callIndex,
      freezeAsset: callIndex,
      thawAsset: callIndex,
      thaw: callIndex,
    }),
    maxConsumers: bcs.u32,
    normalWeight: weight,
    normalLength: bcs.u32,
    extrinsicWeight: weight,
    lengthCountsAsProof: bcs.bool,
    baseWeight: weight,
    callWeight: weight,
    remarkByteRefTime: bcs.u64,
  }),
  checkProfile,
  (profile) => profile,
);
