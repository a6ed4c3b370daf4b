/**
 * What must be known of a runtime to write extrinsics for it, pinned at one spec version. It is for
 * devnets and chains whose runtimes check no metadata hash (PROTOCOL 3).
 */
import * as bcs from "../../codec/bcs.js";
import { DecodeError } from "../../error.js";
import { CALL_NAMES } from "./call-signature.js";
import type { CallIndex, CallName } from "./extrinsic-format.js";

/**
 * The extensions that can be written without metadata, in the order of their numbers in a profile's
 * encoding.
 */
export const PINNED_EXTENSIONS = [
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
  "ChargeTransactionPayment",
] as const;
export type PinnedExtension = (typeof PINNED_EXTENSIONS)[number];

const extension: bcs.Codec<PinnedExtension> = bcs.mapped(
  bcs.u8,
  (index) => {
    const known = PINNED_EXTENSIONS[index];
    if (known === undefined) throw new DecodeError("decode/profile", `expected a known extension, got ${index}`);
    return known;
  },
  (known) => PINNED_EXTENSIONS.indexOf(known),
);

const callIndex: bcs.Codec<CallIndex> = {
  write: (writer, [pallet, call]) => {
    writer.u8(pallet);
    writer.u8(call);
  },
  read: (reader) => [reader.u8(), reader.u8()],
};

type Calls = Readonly<Record<CallName, bcs.Codec<CallIndex>>>;

const fields = bcs.struct({
  // The only versions under which the profile's extrinsics are valid.
  specVersion: bcs.u32,
  transactionVersion: bcs.u32,
  // In the order in which the runtime encodes them.
  extensions: bcs.vector(extension, PINNED_EXTENSIONS.length),
  // In the order of `CALL_SIGNATURES`.
  calls: bcs.struct(Object.fromEntries(CALL_NAMES.map((name) => [name, callIndex])) as Calls),
});
export type PinnedProfile = bcs.Decoded<typeof fields>;

/** Without these an extrinsic could be used again, elsewhere, later or under another runtime. */
const NEEDED: readonly PinnedExtension[] = [
  "CheckSpecVersion",
  "CheckTxVersion",
  "CheckGenesis",
  "CheckMortality",
  "CheckNonce",
];

/** BCS. @throws DecodeError `decode/profile` for what no extrinsic could be written from */
export const pinnedProfile: bcs.Codec<PinnedProfile> = bcs.mapped(
  fields,
  (profile) => {
    const extensions = new Set(profile.extensions);
    if (extensions.size !== profile.extensions.length || NEEDED.some((needed) => !extensions.has(needed)))
      throw new DecodeError("decode/profile", `expected each extension once, ${NEEDED.join(", ")} among them`);
    if (new Set(CALL_NAMES.map((call) => String(profile.calls[call]))).size !== CALL_NAMES.length)
      throw new DecodeError("decode/profile", "expected another index for each call");
    return profile;
  },
  (profile) => profile,
);
