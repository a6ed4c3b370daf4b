import { decode } from "../../codec/scale.js";
import { blake3 } from "../../crypto/blake3.js";
import type { MetadataProof } from "../metadata/metadata-proof.js";
import { type TypeLeaf, typeLeaf } from "../metadata/type-leaf.js";

type Subtree = Pick<MetadataProof, "leaves" | "nodes"> & { readonly hash: Uint8Array };

/** Makes a proof of the same digest that shows only the leaves for which `keep` holds. */
export const prunedProof = (proof: MetadataProof, keep: (leaf: TypeLeaf) => boolean): MetadataProof => {
  const leaves = [...proof.leaves];
  const nodes = [...proof.nodes];
  const levelOf = (index: number): number => Math.floor(Math.log2(index + 1));
  const isBelow = (index: number, leaf: number): boolean =>
    Math.floor((leaf + 1) / 2 ** (levelOf(leaf) - levelOf(index))) - 1 === index;
  const hidden = (hash: Uint8Array): Subtree => ({ hash, leaves: [], nodes: [hash] });
  const visit = (index: number): Subtree => {
    const [leaf] = leaves;
    if (leaf === undefined || !isBelow(index, leaf.index)) return hidden(nodes.shift() as Uint8Array);
    if (leaf.index === index) {
      leaves.shift();
      const hash = blake3(leaf.type);
      return keep(decode(typeLeaf, leaf.type)) ? { hash, leaves: [leaf], nodes: [] } : hidden(hash);
    }
    const left = visit(2 * index + 1);
    const right = visit(2 * index + 2);
    const hash = blake3(left.hash, right.hash);
    const shown = [...left.leaves, ...right.leaves];
    return shown.length === 0 ? hidden(hash) : { hash, leaves: shown, nodes: [...left.nodes, ...right.nodes] };
  };
  const { leaves: kept, nodes: beside } = visit(0);
  return { ...proof, leaves: kept, nodes: beside };
};
