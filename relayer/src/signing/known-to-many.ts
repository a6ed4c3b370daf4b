import { type SignedCheckpoint, signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";

/**
 * Finds checkpoints that as many as sign know: a holder signs a batch that tells the journal of
 * those alone that it knows.
 * @param lists one for each holder, the oldest first
 */
export const knownToMany = (
  threshold: number,
  lists: readonly (readonly SignedCheckpoint[])[],
): readonly SignedCheckpoint[] => {
  const counts = new Map<string, { readonly one: SignedCheckpoint; readonly count: number }>();
  for (const one of lists.flat()) {
    const name = toHex(encode(signedCheckpoint, one));
    counts.set(name, { one, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()]
    .flatMap(({ one, count }) => (count >= threshold ? [one] : []))
    .sort((a, b) => (a.checkpoint.time < b.checkpoint.time ? -1 : 1));
};
