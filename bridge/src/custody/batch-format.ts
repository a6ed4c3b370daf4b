/** How a batch's calls are encoded for the runtime of the proven block (PROTOCOL 3). */
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { type ProvenRuntime, provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import type { MetadataProof } from "@pdiem/light-client/polkadot/metadata/metadata-proof";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";

/** What a request says of the runtime: nothing of it is believed, all of it is signed over. */
export interface BatchEncoding {
  readonly transactionVersion: number;
  /** Types of the calls; undefined at the spec version that the configuration's profile pins. */
  readonly proof: MetadataProof | undefined;
}

/**
 * Finds the format: at the configuration's pinned spec version by its profile alone, elsewhere by
 * the proof.
 * @param runtime proven to be in force
 * @throws RefusedError `refused/metadata-proof` without a proof; DecodeError and ProofError of
 * `provenFormat`
 */
export const batchFormat = (
  { parachain }: Pick<BridgeConfig, "parachain">,
  runtime: ProvenRuntime,
  proof: MetadataProof | undefined,
): ExtrinsicFormat => {
  const { profile, assetsPallet } = parachain;
  if (profile?.specVersion === runtime.specVersion) return pinnedFormat(profile);
  if (proof === undefined)
    throw new RefusedError(
      "refused/metadata-proof",
      `expected proofs of ${runtime.specName} ${runtime.specVersion}'s types: the configuration pins no such runtime`,
    );
  return provenFormat(proof, runtime, assetsPallet);
};
