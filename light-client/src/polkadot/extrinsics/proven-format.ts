import { ProofError } from "../../error.js";
import { type MetadataProof, type ProvenMetadata, provenMetadata } from "../metadata/metadata-proof.js";
import { enumNamed, holdsBytes, variantNamed } from "../metadata/type-shape.js";
import type { ExtrinsicFormat } from "./extrinsic-format.js";
import { isAddress, provenCalls } from "./proven-calls.js";
import { provenExtensions } from "./proven-extensions.js";

/** The runtime that is proven to be in force, as `System.LastRuntimeUpgrade` has it. */
export interface ProvenRuntime {
  readonly specVersion: number;
  readonly specName: string;
}

const checkSigner = ({ types, extrinsic }: ProvenMetadata): void => {
  const signature = enumNamed(types, extrinsic.signature, "MultiSignature");
  if (!isAddress(types, extrinsic.address))
    throw new ProofError("proof/metadata-signer", "expected extrinsics signed for `MultiAddress::Id`, index 0");
  if (signature === undefined || !holdsBytes(types, variantNamed(signature, "Ed25519"), 0, 64))
    throw new ProofError("proof/metadata-signer", "expected extrinsics signed by `MultiSignature::Ed25519`, index 0");
};

/**
 * Reads from a proof how a runtime's extrinsics are encoded (PROTOCOL 3). The proof may be
 * anybody's: what is signed is bound to the digest that it leads to. It is void unless that is the
 * runtime's own.
 * @param assetsPallet the name of the pallet that holds the bridge's assets
 * @throws ProofError `proof/metadata-runtime` for another runtime than the proven one,
 * `proof/metadata-…` for what can't be encoded by it
 * @throws DecodeError for what isn't strictly encoded
 */
export const provenFormat = (proof: MetadataProof, proven: ProvenRuntime, assetsPallet: string): ExtrinsicFormat => {
  if (proof.specVersion !== proven.specVersion || proof.specName !== proven.specName)
    throw new ProofError(
      "proof/metadata-runtime",
      `expected a proof of ${proven.specName} ${proven.specVersion}, got ${proof.specName} ${proof.specVersion}`,
    );
  const metadata = provenMetadata(proof);
  checkSigner(metadata);
  return {
    specVersion: proof.specVersion,
    transactionVersion: undefined,
    metadataHash: metadata.digest,
    calls: provenCalls(metadata, assetsPallet),
    ...provenExtensions(metadata),
  };
};
