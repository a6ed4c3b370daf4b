/** The way of the anchors from genesis to the one in force. Batches that failed lie beside it. */
import { RefusedError } from "@pdiem/bridge/error";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { JournalBatch } from "./journal-batch.js";

/**
 * The account of `cancel_approval` comes this early: only thaws, which name no account, can stand
 * before.
 */
const SEARCHED = 4_096;
/**
 * Length, version, signer and signature of an extrinsic: the signer is the issuer, and no anchor.
 */
const HEAD = 100;

const prefixOf = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] ?? 0) << 24) |
  ((bytes[offset + 1] ?? 0) << 16) |
  ((bytes[offset + 2] ?? 0) << 8) |
  (bytes[offset + 3] ?? 0);

/**
 * Batches by the first four bytes of their anchors. So each place of an extrinsic is looked up at
 * once.
 */
type Index = ReadonlyMap<number, readonly JournalBatch[]>;

const indexOf = (batches: readonly JournalBatch[]): Index => {
  const index = new Map<number, JournalBatch[]>();
  for (const batch of batches) {
    const prefix = prefixOf(batch.anchor, 0);
    const same = index.get(prefix);
    if (same === undefined) index.set(prefix, [batch]);
    else same.push(batch);
  }
  return index;
};

/**
 * Finds the batch whose anchor the extrinsic cancels: the first one of a known ledger that it
 * names.
 */
const predecessorOf = (index: Index, { extrinsic, anchor }: JournalBatch): JournalBatch | undefined => {
  const end = Math.min(extrinsic.length - 32, HEAD + SEARCHED);
  for (let offset = HEAD; offset < end; offset++) {
    const named = index
      .get(prefixOf(extrinsic, offset))
      ?.find((one) => !equal(one.anchor, anchor) && equal(one.anchor, extrinsic.subarray(offset, offset + 32)));
    if (named !== undefined) return named;
  }
  return undefined;
};

/** Tells whether a batch names another ledger's anchor where it cancels the one it starts from. */
export const namesAnchor = ({ extrinsic }: JournalBatch, anchor: Uint8Array): boolean => {
  const end = Math.min(extrinsic.length - 32, HEAD + SEARCHED);
  for (let offset = HEAD; offset < end; offset++)
    if (equal(anchor, extrinsic.subarray(offset, offset + 32))) return true;
  return false;
};

/**
 * Follows the anchors back from one to genesis; the oldest batch comes first.
 * @param batches in any order; repeated ones are harmless
 * @param anchor in force, by proof or by the caller's own node
 * @throws RefusedError `refused/journal-gap` where a batch on the way is missing
 */
export const journalPath = (batches: readonly JournalBatch[], anchor: Uint8Array): readonly JournalBatch[] => {
  const index = indexOf(batches);
  const path: JournalBatch[] = [];
  const seen = new Set<string>();
  let batch = batches.find((one) => equal(one.anchor, anchor));
  while (batch !== undefined && !seen.has(toHex(batch.anchor))) {
    seen.add(toHex(batch.anchor));
    path.push(batch);
    if (batch.entry.ledger.nonce === 1) return path.reverse();
    batch = predecessorOf(index, batch);
  }
  const wanted = path.at(-1)?.anchor ?? anchor;
  throw new RefusedError(
    "refused/journal-gap",
    `expected the batches that lead to anchor 0x${toHex(wanted)}: read more blocks`,
    "later",
  );
};
