/**
 * The ledger's accumulators of registered accounts and of releases: shaped and hashed as Diem's transaction accumulator,
 * with seeds of their own.
 */
import { utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { ACCUMULATOR_PLACEHOLDER_HASH, type NodeHasher } from "@pdiem/light-client/diem/hashing";
import { verifyInclusion } from "@pdiem/light-client/diem/proofs/accumulator";
import {
  accumulatorRoot,
  appendLeaves,
  type FrozenAccumulator,
} from "@pdiem/light-client/diem/proofs/accumulator-append";
import { ProofError } from "@pdiem/light-client/error";
import type { LeafProof } from "./items.js";
import { type Release, release } from "./release.js";

/** One of the bridge's accumulators: how its leaves and its nodes are hashed. */
export interface LedgerAccumulator<T> {
  readonly leafHash: (leaf: T) => Uint8Array;
  readonly nodeHash: NodeHasher;
}

const seed = (name: string): Uint8Array => sha3_256(utf8(`PDIEM::${name}`));

const ledgerAccumulator = <T>(name: string, encodeLeaf: (leaf: T) => Uint8Array): LedgerAccumulator<T> => {
  const leafSeed = seed(name);
  const nodeSeed = seed(`${name}Accumulator`);
  return {
    leafHash: (leaf) => sha3_256(leafSeed, encodeLeaf(leaf)),
    nodeHash: (left, right) => sha3_256(nodeSeed, left, right),
  };
};

/** Leaves are account ids, 32 bytes. */
export const ACCOUNTS: LedgerAccumulator<Uint8Array> = ledgerAccumulator("RegisteredAccount", (account) => account);

export const RELEASES: LedgerAccumulator<Release> = ledgerAccumulator("Release", (leaf) => encode(release, leaf));

/** The accumulator with more leaves, in this order. */
export const append = <T>(
  { leafHash, nodeHash }: LedgerAccumulator<T>,
  accumulator: FrozenAccumulator,
  leaves: readonly T[],
): FrozenAccumulator => appendLeaves(nodeHash, accumulator, leaves.map(leafHash));

/**
 * Checks that a leaf stands at `index`.
 * @throws ProofError `proof/accumulator-bounds` at or above the leaf count, and those of `verifyInclusion`
 */
export const verifyLeaf = <T>(
  { leafHash, nodeHash }: LedgerAccumulator<T>,
  accumulator: FrozenAccumulator,
  index: bigint,
  { leaf, siblings }: LeafProof<T>,
): void => {
  if (index >= accumulator.numLeaves)
    throw new ProofError("proof/accumulator-bounds", `expected an index below ${accumulator.numLeaves}, got ${index}`);
  verifyInclusion(nodeHash, accumulatorRoot(nodeHash, accumulator), leafHash(leaf), index, { siblings });
};

/**
 * Siblings of the leaf at `index`, leaf side first, from all leaves: what a relayer shows with an item.
 * @throws RangeError for an index that isn't a leaf's
 */
export const proveLeaf = <T>(
  { leafHash, nodeHash }: LedgerAccumulator<T>,
  leaves: readonly T[],
  index: number,
): LeafProof<T> => {
  const leaf = leaves[index];
  if (leaf === undefined) throw new RangeError(`expected an index below ${leaves.length}, got ${index}`);
  const siblings: Uint8Array[] = [];
  let position = index;
  for (let level = leaves.map(leafHash); level.length > 1; position >>= 1) {
    if (level.length % 2 === 1) level.push(ACCUMULATOR_PLACEHOLDER_HASH);
    siblings.push(level[position ^ 1] ?? ACCUMULATOR_PLACEHOLDER_HASH);
    level = Array.from({ length: level.length / 2 }, (_, i) =>
      nodeHash(level[2 * i] as Uint8Array, level[2 * i + 1] as Uint8Array),
    );
  }
  return { leaf, siblings };
};
