/** Proofs of trees that consist of nothing but the leaves given: of runtimes that don't exist. */
import { decode, encode } from "../../codec/scale.js";
import { type ExtrinsicMetadata, extrinsicMetadata } from "../metadata/extrinsic-metadata.js";
import type { MetadataProof } from "../metadata/metadata-proof.js";
import { type TypeLeaf, typeLeaf } from "../metadata/type-leaf.js";

/**
 * Lists the leaves of a heap of so many: they are at its end. In the order in which a walk meets
 * them.
 */
export const heapLeaves = (count: number): readonly number[] => {
  const met: number[] = [];
  const visit = (index: number): void => {
    if (index >= count - 1) met.push(index);
    else {
      visit(2 * index + 1);
      visit(2 * index + 2);
    }
  };
  visit(0);
  return met;
};

export interface RuntimeModel {
  readonly leaves: readonly TypeLeaf[];
  readonly extrinsic: ExtrinsicMetadata;
}

/** Tells what a proof shows of a runtime. */
export const modelOf = (proof: MetadataProof): RuntimeModel => ({
  leaves: proof.leaves.map(({ type }) => decode(typeLeaf, type)),
  extrinsic: decode(extrinsicMetadata, proof.extrinsic),
});

/** Proves all of a model, with spec version and the like of another proof. */
export const wholeTreeProof = ({ leaves, extrinsic }: RuntimeModel, properties: MetadataProof): MetadataProof => {
  const indices = heapLeaves(leaves.length);
  return {
    ...properties,
    extrinsic: encode(extrinsicMetadata, extrinsic),
    leaves: leaves.map((leaf, at) => ({ index: indices[at] as number, type: encode(typeLeaf, leaf) })),
    nodes: [],
  };
};
