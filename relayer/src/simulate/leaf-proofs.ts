import type { LedgerAccumulator } from "@pdiem/bridge/ledger/list";
import type { LeafProof } from "@pdiem/bridge/settlement/items";
import { ACCUMULATOR_PLACEHOLDER_HASH } from "@pdiem/light-client/diem/hashing";

/** Proofs of any number of leaves of one accumulator, its inner nodes hashed once. */
export interface LeafProofs<T> {
  /** @throws RangeError for an index that isn't a leaf's */
  readonly prove: (index: number) => LeafProof<T>;
}

export const leafProofs = <T>({ leafHash, nodeHash }: LedgerAccumulator<T>, leaves: readonly T[]): LeafProofs<T> => {
  const levels: Uint8Array[][] = [leaves.map(leafHash)];
  for (let level = levels[0] ?? []; level.length > 1; ) {
    const parents: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2)
      parents.push(nodeHash(level[i] ?? ACCUMULATOR_PLACEHOLDER_HASH, level[i + 1] ?? ACCUMULATOR_PLACEHOLDER_HASH));
    levels.push(parents);
    level = parents;
  }
  return {
    prove: (index) => {
      const leaf = leaves[index];
      if (leaf === undefined) throw new RangeError(`expected an index below ${leaves.length}, got ${index}`);
      const siblings = levels
        .slice(0, -1)
        .map((level, depth) => level[(index >> depth) ^ 1] ?? ACCUMULATOR_PLACEHOLDER_HASH);
      return { leaf, siblings };
    },
  };
};
