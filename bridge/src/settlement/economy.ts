/** What a batch must be worth, and how large and how soon it may be: nobody burns the issuer's fees for long. */
import { batchAll, type Call, encodeCall } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile, Weight } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { RefusedError } from "../error.js";

/** Folding so many sent events is worth a batch of its own. */
export const WORTHWHILE_FOLD = 64;

/** Signature, address, extensions and length around the call of a signed extrinsic: an upper bound, bytes. */
const ENVELOPE = 160;

/** What a batch takes of a block. */
export interface BatchSize {
  readonly weight: Weight;
  readonly length: bigint;
}

/** By the profile's upper bounds. @param calls those within the `batch_all` */
export const sizeOf = (profile: ChainProfile, calls: readonly Call[]): BatchSize => {
  const { baseWeight, callWeight, remarkByteRefTime, lengthCountsAsProof } = profile;
  const length = BigInt(encodeCall(profile, batchAll(calls)).length + ENVELOPE);
  const remarkBytes = calls.reduce((sum, call) => sum + (call.type === "remark" ? call.remark.length : 0), 0);
  const count = BigInt(calls.length);
  return {
    weight: {
      refTime: baseWeight.refTime + count * callWeight.refTime + BigInt(remarkBytes) * remarkByteRefTime,
      proofSize: baseWeight.proofSize + count * callWeight.proofSize + (lengthCountsAsProof ? length : 0n),
    },
    length,
  };
};

/** Half of what a block gives to normal extrinsics, halved again for each failed batch. */
export const limitOf = ({ normalWeight, normalLength }: ChainProfile, failures: number): BatchSize => {
  const shift = BigInt(failures + 1);
  return {
    weight: { refTime: normalWeight.refTime >> shift, proofSize: normalWeight.proofSize >> shift },
    length: BigInt(normalLength) >> shift,
  };
};

const isWithin = (size: BatchSize, limit: BatchSize): boolean =>
  size.weight.refTime <= limit.weight.refTime &&
  size.weight.proofSize <= limit.weight.proofSize &&
  size.length <= limit.length;

const doubled = ({ weight, length }: BatchSize): BatchSize => ({
  weight: { refTime: 2n * weight.refTime, proofSize: 2n * weight.proofSize },
  length: 2n * length,
});

/** Batches of the issuer that failed since the one that made the ledger. */
export const failuresSince = (ledgerNonce: number, nonce: number): number => {
  if (nonce < ledgerNonce)
    throw new RefusedError("refused/nonce-behind", `expected the issuer's nonce from ${ledgerNonce} on, got ${nonce}`);
  return nonce - ledgerNonce;
};

/** The earliest proven time, ms, at which a batch that isn't half full may be signed. */
export const earliestBatch = (ledgerTime: bigint, batchInterval: bigint, failures: number): bigint =>
  ledgerTime + BigInt(1 + failures) * batchInterval;

export interface Batch {
  readonly profile: ChainProfile;
  readonly calls: readonly Call[];
  /** How many items it settles, and whether it is worth its fee. */
  readonly items: number;
  readonly isWorthwhile: boolean;
  readonly failures: number;
  /** Proven time, and when the next batch is due, ms. */
  readonly time: bigint;
  readonly earliest: bigint;
}

/** @throws RefusedError `refused/batch-too-large` for more than `limitOf` after that many failed batches */
export const checkSize = (profile: ChainProfile, calls: readonly Call[], failures: number): void => {
  const size = sizeOf(profile, calls);
  const limit = limitOf(profile, failures);
  if (!isWithin(size, limit))
    throw new RefusedError(
      "refused/batch-too-large",
      `expected at most ${limit.weight.refTime} ps, ${limit.weight.proofSize} B of proof and ${limit.length} B after ` +
        `${failures} failed batches, got ${size.weight.refTime}, ${size.weight.proofSize} and ${size.length}: ask for fewer items`,
    );
};

/** @throws RefusedError `refused/empty-batch`, `refused/batch-too-large`, `refused/too-early` */
export const checkEconomy = ({ profile, calls, items, isWorthwhile, failures, time, earliest }: Batch): void => {
  if (!isWorthwhile)
    throw new RefusedError("refused/empty-batch", "expected a batch that settles at least one item", "later");
  if (items > 1) checkSize(profile, calls, failures);
  // Strictly above: a dimension that a profile doesn't know has limit 0 and never makes a batch half full.
  const isHalfFull = failures === 0 && !isWithin(doubled(sizeOf(profile, calls)), limitOf(profile, 0));
  if (time < earliest && !isHalfFull)
    throw new RefusedError("refused/too-early", `expected proven time from ${earliest} on, got ${time}`, "later");
};
