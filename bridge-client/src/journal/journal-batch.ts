/**
 * One batch of the issuer as a block holds it (PROTOCOL 3, item 6): read without the runtime's
 * metadata.
 */
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { type JournalEntry, journalEntry } from "@pdiem/bridge/ledger/journal-entry";
import { trailingRemark } from "@pdiem/chain-formats/polkadot/extrinsics/trailing-remark";
import { equal } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";

/** A batch as it was signed; whether it took effect tells the anchor in force alone. */
export interface JournalBatch {
  /** The anchor of `entry.ledger`, which it approves: 32 bytes. */
  readonly anchor: Uint8Array;
  readonly entry: JournalEntry;
  /** Whole, with its length in front. */
  readonly extrinsic: Uint8Array;
}

/** Whose batches are looked for. */
export interface JournalScope {
  readonly bridgeId: Uint8Array;
  readonly issuer: Uint8Array;
}

const tryRead = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Tells whether some bytes stand in others. */
export const contains = (bytes: Uint8Array, part: Uint8Array): boolean => {
  const [first = 0] = part;
  for (let at = bytes.indexOf(first); at >= 0 && at + part.length <= bytes.length; at = bytes.indexOf(first, at + 1))
    if (equal(bytes.subarray(at, at + part.length), part)) return true;
  return false;
};

/**
 * Reads one extrinsic of a block; undefined for anything but a batch of this bridge's issuer.
 * Its signature isn't checked: the block's own validity vouches for it.
 * @param extrinsic with its length in front
 */
export const readJournalBatch = (
  { bridgeId, issuer }: JournalScope,
  extrinsic: Uint8Array,
): JournalBatch | undefined => {
  const signer = tryRead(() => extrinsicSigner(extrinsic));
  if (signer === undefined || !equal(signer, issuer)) return undefined;
  for (const remark of trailingRemark(extrinsic)) {
    const entry = tryRead(() => decode(journalEntry, remark));
    if (entry === undefined) continue;
    const anchor = anchorOf(bridgeId, entry.ledger);
    // The batch approves the anchor before its remark: another bridge's entry, or a forged one,
    // names none of these.
    if (contains(extrinsic.subarray(0, extrinsic.length - remark.length), anchor)) return { anchor, entry, extrinsic };
  }
  return undefined;
};
