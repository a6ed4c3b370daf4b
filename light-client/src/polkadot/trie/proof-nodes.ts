/** The nodes of a read proof: a bag in any order, told apart by their hashes alone. */
import { isZero, toHex } from "../../bytes.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { ProofError } from "../../error.js";
import { decodeTrieNode, type TrieChild, type TrieNode, type TrieValue } from "./trie-node.js";

export interface TrieOptions {
  /**
   * 0 refuses values kept by hash, which such a state can't hold. Left out or 1 takes both, as a
   * state migrates slowly.
   */
  readonly stateVersion?: 0 | 1 | undefined;
}

/**
 * Nodes by hash. Each is hashed once, when the proof is opened, and decoded once, when it is first
 * needed.
 */
export interface ProofNodes {
  readonly root: () => TrieNode;
  readonly child: (child: TrieChild) => TrieNode;
  readonly value: (value: TrieValue) => Uint8Array;
  /** Counts the nodes given that weren't needed so far; one given twice isn't needed twice. */
  readonly surplus: () => number;
}

const MAX_NODES = 16_384;
/** Above what a whole parachain block may prove. */
const MAX_BYTES = 16 * 1024 * 1024;
const EMPTY_ROOT = toHex(blake2b256(Uint8Array.of(0)));

const checkRoot = (stateRoot: Uint8Array): void => {
  if (stateRoot.length !== 32 || isZero(stateRoot) || toHex(stateRoot) === EMPTY_ROOT)
    throw new ProofError(
      "proof/empty-root",
      `expected the root of a state with something in it, got "${toHex(stateRoot)}"`,
    );
};

const checkSize = (nodes: readonly Uint8Array[]): void => {
  const size = nodes.reduce((sum, node) => sum + node.length, 0);
  if (nodes.length > MAX_NODES || size > MAX_BYTES)
    throw new ProofError(
      "proof/too-large",
      `expected a proof of at most ${MAX_NODES} nodes and ${MAX_BYTES} bytes, got ${nodes.length} and ${size}`,
    );
};

/**
 * @throws ProofError `proof/empty-root` for a zero root or that of the empty trie,
 * `proof/too-large`
 */
export const proofNodes = (
  stateRoot: Uint8Array,
  nodes: readonly Uint8Array[],
  options: TrieOptions = {},
): ProofNodes => {
  checkRoot(stateRoot);
  checkSize(nodes);
  const byHash = new Map(nodes.map((node) => [toHex(blake2b256(node)), node]));
  const decoded = new Map<string, TrieNode>();
  const needed = new Set<string>();
  const take = (hash: string, what: string): Uint8Array => {
    const found = byHash.get(hash);
    if (found === undefined)
      throw new ProofError(
        "proof/missing-node",
        `expected the proof to hold the ${what} with hash 0x${hash}: ask for a new one`,
      );
    needed.add(hash);
    return found;
  };
  const byReference = (reference: Uint8Array): TrieNode => {
    const hash = toHex(reference);
    const known = decoded.get(hash);
    if (known !== undefined) return known;
    const node = decodeTrieNode(take(hash, "node"));
    decoded.set(hash, node);
    return node;
  };
  return {
    root: () => byReference(stateRoot),
    child: (child) => (child.type === "hash" ? byReference(child.hash) : decodeTrieNode(child.node)),
    value: (value) => {
      if (value.type === "inline") return value.value;
      if (options.stateVersion === 0)
        throw new ProofError(
          "proof/state-version",
          "expected values in their nodes, as state version 0 has them, got a hash",
        );
      return take(toHex(value.hash), "value");
    },
    surplus: () => nodes.length - needed.size,
  };
};
