/** All keys below a prefix, from a proof that holds every node of that part of the trie. */
import { concat, equal } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import { proofNodes, type TrieOptions } from "@pdiem/light-client/polkadot/trie/proof-nodes";
import { MAX_KEY_NIBBLES, type TrieNode, toNibbles } from "@pdiem/light-client/polkadot/trie/trie-node";

const MAX_KEYS = 65_536;

const toKey = (nibbles: Uint8Array): Uint8Array => {
  if (nibbles.length % 2 === 1)
    throw new ProofError("proof/key", `expected keys of whole bytes, got one of ${nibbles.length} nibbles`);
  return Uint8Array.from(
    { length: nibbles.length / 2 },
    (_, i) => ((nibbles[2 * i] ?? 0) << 4) | (nibbles[2 * i + 1] ?? 0),
  );
};

/**
 * Lists every key that begins with `prefix`, in order; none if the proof shows that there is none.
 * @throws ProofError `proof/missing-node` if any node below the prefix isn't there,
 * `proof/too-large` above 65,536 keys
 */
export const readPrefix = (
  stateRoot: Uint8Array,
  nodes: readonly Uint8Array[],
  prefix: Uint8Array,
  options?: TrieOptions,
): readonly Uint8Array[] => {
  const opened = proofNodes(stateRoot, nodes, options);
  const wanted = toNibbles(prefix);
  const keys: Uint8Array[] = [];
  const walk = (node: TrieNode, before: Uint8Array): void => {
    const path = concat(before, node.partialKey);
    if (path.length > MAX_KEY_NIBBLES)
      throw new ProofError("proof/key", `expected keys of at most ${MAX_KEY_NIBBLES} nibbles`);
    const common = Math.min(path.length, wanted.length);
    if (!equal(path.subarray(0, common), wanted.subarray(0, common))) return;
    if (node.value !== undefined && path.length >= wanted.length) keys.push(toKey(path));
    if (keys.length > MAX_KEYS)
      throw new ProofError("proof/too-large", `expected at most ${MAX_KEYS} keys below the prefix`);
    if (node.type === "leaf") return;
    node.children.forEach((child, nibble) => {
      const onTheWay = path.length >= wanted.length || wanted[path.length] === nibble;
      if (child !== undefined && onTheWay) walk(opened.child(child), concat(path, Uint8Array.of(nibble)));
    });
  };
  walk(opened.root(), new Uint8Array(0));
  return keys;
};
