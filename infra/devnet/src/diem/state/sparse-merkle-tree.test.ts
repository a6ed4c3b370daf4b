import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { SPARSE_MERKLE_PLACEHOLDER_HASH } from "@pdiem/light-client/diem/hashing";
import { verifySparseMerkle } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { expect, test } from "vitest";
import { createSparseMerkleTree, EMPTY_TREE, type NodeId } from "./sparse-merkle-tree.js";

const KEYS = 24;
const keyOf = (index: number): Uint8Array => sha3_256(Uint8Array.of(index));
const valueAt = (index: number, round: number): Uint8Array => sha3_256(Uint8Array.of(index, round));

/** Every key is put once and then once more; entry i is the root after i puts. */
const grow = () => {
  const tree = createSparseMerkleTree<Uint8Array>((value) => value);
  const roots: NodeId[] = [EMPTY_TREE];
  for (let put = 0; put < 2 * KEYS; put++) {
    const value = valueAt(put % KEYS, Math.floor(put / KEYS));
    const root = tree.put(roots.at(-1) ?? EMPTY_TREE, { key: keyOf(put % KEYS), value });
    roots.push(root);
  }
  return { tree, roots };
};

/** What a key held after so many puts. */
const heldAfter = (puts: number, key: number): Uint8Array | undefined => {
  if (key >= KEYS) return undefined;
  if (puts > KEYS + key) return valueAt(key, 1);
  return puts > key ? valueAt(key, 0) : undefined;
};

test("an empty tree has the placeholder's root", () => {
  expect(createSparseMerkleTree(keyOf).hashOf(EMPTY_TREE)).toEqual(SPARSE_MERKLE_PLACEHOLDER_HASH);
});

test("every key is proved present or absent under every root that the tree ever had", () => {
  const { tree, roots } = grow();
  for (const [puts, root] of roots.entries())
    for (let key = 0; key <= KEYS; key++) {
      const held = heldAfter(puts, key);
      expect(tree.get(root, keyOf(key))).toEqual(held);
      verifySparseMerkle(tree.hashOf(root), keyOf(key), held, tree.prove(root, keyOf(key)));
    }
});

test("keys that agree in their first bits are told apart further down", () => {
  const tree = createSparseMerkleTree<number>(keyOf);
  const [a, b] = [new Uint8Array(32), new Uint8Array(32)];
  b[2] = 1;
  const one = tree.put(EMPTY_TREE, { key: a, value: 0 });
  const both = tree.put(one, { key: b, value: 1 });
  expect(tree.prove(both, a).siblings).toHaveLength(24);
  verifySparseMerkle(tree.hashOf(both), a, keyOf(0), tree.prove(both, a));
  verifySparseMerkle(tree.hashOf(both), b, keyOf(1), tree.prove(both, b));
});
