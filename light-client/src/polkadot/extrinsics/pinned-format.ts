import { CALL_NAMES, CALL_SIGNATURES, USUAL_ENCODING } from "./call-signature.js";
import type { CallFormat, CallName, ExtraPart, ExtrinsicFormat, ImplicitPart } from "./extrinsic-format.js";
import type { PinnedExtension, PinnedProfile } from "./pinned-profile.js";

/** What each extension adds; those that aren't here add nothing. */
const PARTS: Partial<Record<PinnedExtension, { readonly extra?: ExtraPart[]; readonly implicit?: ImplicitPart[] }>> = {
  CheckSpecVersion: { implicit: ["specVersion"] },
  CheckTxVersion: { implicit: ["transactionVersion"] },
  CheckGenesis: { implicit: ["genesisHash"] },
  CheckMortality: { extra: ["era"], implicit: ["birthHash"] },
  CheckNonce: { extra: ["nonce"] },
  ChargeTransactionPayment: { extra: ["tip"] },
  ChargeAssetTxPayment: { extra: ["tip", "none"] },
  CheckMetadataHash: { extra: ["mode"], implicit: ["metadataHash"] },
};

const callFormat = (profile: PinnedProfile, name: CallName): CallFormat => ({
  index: profile.calls[name],
  arguments: Object.values(CALL_SIGNATURES[name].arguments).map(([argument, kind]) => ({
    name: argument,
    encoding: USUAL_ENCODING[kind],
  })),
});

/**
 * Encodes as the profile says. No metadata hash is signed, also where the runtime could check one.
 */
export const pinnedFormat = (profile: PinnedProfile): ExtrinsicFormat => ({
  specVersion: profile.specVersion,
  transactionVersion: profile.transactionVersion,
  metadataHash: undefined,
  calls: Object.fromEntries(CALL_NAMES.map((name) => [name, callFormat(profile, name)])),
  extra: profile.extensions.flatMap((extension) => PARTS[extension]?.extra ?? []),
  implicit: profile.extensions.flatMap((extension) => PARTS[extension]?.implicit ?? []),
  eras: undefined,
});
