/**
 * Proofs of a runtime's types against its RFC 78 metadata digest. A proof vouches for nothing by
 * itself. An extrinsic signed over the digest is void under a runtime whose digest is another.
 */
import * as bcs from "../../codec/bcs.js";
import { utf8Text } from "../../codec/codec.js";
import { constant, decode, encode, fixedBytes, string, struct, u8, u16, u32 } from "../../codec/scale.js";
import { blake3 } from "../../crypto/blake3.js";
import { ProofError } from "../../error.js";
import { type ExtrinsicMetadata, extrinsicMetadata } from "./extrinsic-metadata.js";
import { typeLeaf } from "./type-leaf.js";
import { type TypeLookup, typeLookup } from "./type-lookup.js";
import { typeTreeRoot } from "./type-tree.js";

const MAX_LEAVES = 128;
const MAX_LEAF_LENGTH = 2_048;
const MAX_NODES = 1_024;
const MAX_EXTRINSIC_LENGTH = 8_192;

const text = utf8Text(bcs.bytes(64));

/** BCS. What a request carries; bounded in every part. */
export const metadataProof = bcs.struct({
  // SCALE, as the digest commits to it.
  extrinsic: bcs.bytes(MAX_EXTRINSIC_LENGTH),
  specVersion: bcs.u32,
  specName: text,
  base58Prefix: bcs.u16,
  decimals: bcs.u8,
  tokenSymbol: text,
  // In the order in which a walk of the tree in pre-order meets them; types are SCALE.
  leaves: bcs.vector(bcs.struct({ index: bcs.u32, type: bcs.bytes(MAX_LEAF_LENGTH) }), MAX_LEAVES),
  // Of 32 bytes each, in the same order.
  nodes: bcs.vector(bcs.fixedBytes(32), MAX_NODES),
});
export type MetadataProof = bcs.Decoded<typeof metadataProof>;

const digestV1 = struct({
  version: constant(Uint8Array.of(1)),
  typesRoot: fixedBytes(32),
  extrinsicHash: fixedBytes(32),
  specVersion: u32,
  specName: string,
  base58Prefix: u16,
  decimals: u8,
  tokenSymbol: string,
});

/** What a runtime with this digest, and no other, is like. */
export interface ProvenMetadata {
  /** The RFC 78 digest, 32 bytes. */
  readonly digest: Uint8Array;
  readonly specVersion: number;
  readonly specName: string;
  readonly extrinsic: ExtrinsicMetadata;
  readonly types: TypeLookup;
}

/** Extrinsics of that version are all that can be written here. */
const EXTRINSIC_VERSION = 4;

/**
 * Computes the digest that a proof leads to, and reads the types.
 * @throws DecodeError for what isn't strictly encoded
 * @throws ProofError `proof/metadata-tree`, `proof/metadata-duplicate`,
 * `proof/metadata-extrinsic-version`
 */
export const provenMetadata = (proof: MetadataProof): ProvenMetadata => {
  const extrinsic = decode(extrinsicMetadata, proof.extrinsic);
  if (extrinsic.version !== EXTRINSIC_VERSION)
    throw new ProofError(
      "proof/metadata-extrinsic-version",
      `expected extrinsics of version ${EXTRINSIC_VERSION}, got ${extrinsic.version}`,
    );
  const { specVersion, specName, base58Prefix, decimals, tokenSymbol } = proof;
  const hashed = proof.leaves.map(({ index, type }) => ({ index, hash: blake3(type) }));
  const digest = blake3(
    encode(digestV1, {
      version: undefined,
      typesRoot: typeTreeRoot(hashed, proof.nodes),
      extrinsicHash: blake3(proof.extrinsic),
      specVersion,
      specName,
      base58Prefix,
      decimals,
      tokenSymbol,
    }),
  );
  const types = typeLookup(proof.leaves.map(({ type }) => decode(typeLeaf, type)));
  return { digest, specVersion, specName, extrinsic, types };
};
