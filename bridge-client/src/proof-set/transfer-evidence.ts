/** What shows how one transfer ended, beside the proofs of both chains. Hex without prefix. */
import { z } from "zod";

export const hexText = (maxBytes: number) =>
  z
    .string()
    .max(2 * maxBytes)
    .regex(/^(?:[0-9a-f]{2})*$/, "expected hex");

const index = z.string().regex(/^[0-9]{1,20}$/, "expected a decimal number");

/** A leaf of one of the ledger's lists: its index, and the siblings up to its subtree's root. */
const leaf = z.strictObject({ index, path: z.array(hexText(32)).max(63) });

/** The most batches from a transfer's own to the one that is in force. */
export const MOST_BATCHES = 512;

const signedBatch = z.strictObject({
  /** Bytes as the block holds them, with their length in front. */
  extrinsic: hexText(8 * 1024 * 1024),
  /** Length of what stands between signature and call, in bytes. */
  extra: z.int().min(0).max(256),
  /** What is signed and not sent. */
  implicit: hexText(256),
});
export type SignedBatchText = z.output<typeof signedBatch>;

export const transferEvidence = z.strictObject({
  id: z.string().max(200),
  /** A deposit's number: its place among the payments that custody has received. */
  payment: index.optional(),
  /** What the bridge owes on Diem for it: BCS of the release, and where custody's payment is. */
  release: leaf.extend({ leaf: hexText(1024), paid: index.optional() }).optional(),
  /** Its place among what waits. */
  waiting: leaf.optional(),
  /** The registered account that a deposit address stands for. */
  account: leaf.extend({ leaf: hexText(32) }).optional(),
  /** The batch before the transfer's own, its own, and all up to the one in force. */
  batches: z.array(signedBatch).max(MOST_BATCHES),
});

export type TransferEvidence = z.output<typeof transferEvidence>;
