/** How much a batch may hold on a runtime, by the weights that this itself tells of calls. */
import { batchSize } from "@pdiem/bridge/settlement/batch-size";
import { concat } from "@pdiem/light-client/bytes";
import { decode, encode, struct, u8, u32, u128 } from "@pdiem/light-client/codec/scale";
import {
  approveTransfer,
  batchAll,
  burn,
  type Call,
  cancelApproval,
  mint,
  remark,
  setTeam,
  thaw,
  thawAsset,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { assembleExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import type { BlockLimits, Weight } from "./block-limits.js";

/**
 * What a batch takes of a block. Its own bytes count as proof, too. The relay chain's proof of a
 * block holds its extrinsics, and newer runtimes count them so.
 */
export interface BatchTake extends Weight {
  /** Bytes of its extrinsic. */
  readonly length: number;
}

/** The calls that stand between the frame's, and may be many. */
type InnerCall = "mint" | "burn" | "setTeam" | "thaw" | "thawAsset";

/** What a runtime takes for calls: all but the remark's are constants of it. */
export interface CallWeights {
  /** An extrinsic with the frame alone: both anchors and an empty remark. */
  readonly frame: Weight;
  readonly calls: Readonly<Record<InnerCall, Weight>>;
  /** For each KiB of the remark. */
  readonly remarkKib: Weight;
}

export interface BatchRoom {
  /** The most that one batch takes: 95 % of half a block. */
  readonly limit: BatchTake;
  readonly weights: CallWeights;
  /** The most mints of a batch that holds nothing else. */
  readonly mints: number;
  readonly takeOf: (calls: readonly Call[]) => BatchTake;
  readonly fits: (calls: readonly Call[]) => boolean;
}

/** Calls a function of the runtime's API. @param input SCALE of its arguments */
export type AskRuntime = (name: string, input: Uint8Array) => Promise<Uint8Array>;

/** 95 % of half a block: weights are rounded, and blocks hold more than users' extrinsics. */
const SHARE = { of: 95n, in: 200n } as const;
const SAMPLE = 100;
const KIB = 1_024;
/** What a journal entry tells of one mint, at most. */
const JOURNAL_BYTES = 64;

const WHO = new Uint8Array(32).fill(1);
const SAMPLES: Readonly<Record<InnerCall, Call>> = {
  mint: mint(1, WHO, 1n),
  burn: burn(1, WHO, 1n),
  setTeam: setTeam(1, { issuer: WHO, admin: WHO, freezer: WHO }),
  thaw: thaw(1, WHO),
  thawAsset: thawAsset(1),
};

const framed = (calls: readonly Call[], remarkBytes: number): readonly Call[] => [
  cancelApproval(1, WHO),
  ...calls,
  approveTransfer(1, WHO, 1n),
  remark(new Uint8Array(remarkBytes)),
];

/** Writes an extrinsic that nobody has signed: weights don't depend on it. */
const unsigned = (format: ExtrinsicFormat, calls: readonly Call[]): Uint8Array => {
  const content = {
    call: batchAll(calls),
    nonce: 0,
    mortalPeriod: 64,
    birth: { number: 0, hash: WHO },
    genesisHash: WHO,
    specVersion: format.specVersion,
    transactionVersion: format.transactionVersion ?? 0,
  };
  return assembleExtrinsic(format, content, WHO, new Uint8Array(64));
};

/**
 * Asks a runtime what a batch of these calls takes, its extensions and length included.
 * @throws DecodeError for another answer; errors of `ask`
 */
export const askTake = async (
  ask: AskRuntime,
  format: ExtrinsicFormat,
  { weight, base }: BlockLimits,
  calls: readonly Call[],
): Promise<BatchTake> => {
  const extrinsic = unsigned(format, calls);
  const answer = await ask("TransactionPaymentApi_query_info", concat(extrinsic, encode(u32, extrinsic.length)));
  const info = decode(struct({ weight, class: u8, partialFee: u128 }), answer);
  return withLength(sum(info.weight, base), extrinsic.length);
};

const withLength = ({ refTime, proofSize }: Weight, length: number): BatchTake => ({
  refTime,
  proofSize: proofSize + BigInt(length),
  length,
});

const sum = (a: Weight, b: Weight): Weight => ({
  refTime: a.refTime + b.refTime,
  proofSize: a.proofSize + b.proofSize,
});

const times = ({ refTime, proofSize }: Weight, count: number): Weight => ({
  refTime: refTime * BigInt(count),
  proofSize: proofSize * BigInt(count),
});

/** The share of each of `count` in what came to a batch, rounded up. */
const share = (whole: Weight, frame: Weight, count: number): Weight => {
  const each = (a: bigint, b: bigint): bigint => (a > b ? (a - b + BigInt(count) - 1n) / BigInt(count) : 0n);
  return { refTime: each(whole.refTime, frame.refTime), proofSize: each(whole.proofSize, frame.proofSize) };
};

/** Asks for batches of each kind of call, and compares them with an empty one. */
const askWeights = async (ask: AskRuntime, format: ExtrinsicFormat, limits: BlockLimits): Promise<CallWeights> => {
  const take = async (calls: readonly Call[]): Promise<Weight> => {
    const { refTime, proofSize, length } = await askTake(ask, format, limits, calls);
    return { refTime, proofSize: proofSize - BigInt(length) };
  };
  const frame = await take(framed([], 0));
  const perCall = async (name: InnerCall): Promise<Weight> =>
    share(await take(framed(Array<Call>(SAMPLE).fill(SAMPLES[name]), 0)), frame, SAMPLE);
  return {
    frame,
    calls: {
      mint: await perCall("mint"),
      burn: await perCall("burn"),
      setTeam: await perCall("setTeam"),
      thaw: await perCall("thaw"),
      thawAsset: await perCall("thawAsset"),
    },
    remarkKib: share(await take(framed([], SAMPLE * KIB)), frame, SAMPLE),
  };
};

const part = (whole: bigint): bigint => (whole * SHARE.of) / SHARE.in;

const limitOf = ({ block, extrinsic, length }: BlockLimits): BatchTake => {
  const within = (half: bigint, most: bigint): bigint => (half < most ? half : most);
  return {
    refTime: within(part(block.refTime), extrinsic.refTime),
    proofSize: within(part(block.proofSize), extrinsic.proofSize),
    length: Number(part(BigInt(length))),
  };
};

/** What any other call is taken for: it is rare, and none weighs more. */
const heaviest = ({ calls }: CallWeights): Weight =>
  Object.values(calls).reduce((a, b) => (a.refTime + a.proofSize > b.refTime + b.proofSize ? a : b));

const weightOf = (weights: CallWeights, calls: readonly Call[]): Weight =>
  calls.reduce<Weight>((total, call) => {
    switch (call.type) {
      case "cancelApproval":
      case "approveTransfer":
        return total;
      case "remark":
        return sum(total, times(weights.remarkKib, Math.ceil(call.remark.length / KIB)));
      default:
        return sum(total, call.type in weights.calls ? weights.calls[call.type as InnerCall] : heaviest(weights));
    }
  }, weights.frame);

const isWithin = (take: BatchTake, limit: BatchTake): boolean =>
  take.refTime <= limit.refTime && take.proofSize <= limit.proofSize && take.length <= limit.length;

/** The most mints, by halving: what they take grows with them. */
const mostMints = (fits: BatchRoom["fits"]): number => {
  const mintsFit = (count: number): boolean => fits(fullBatch(count));
  let [fitting, tooMany] = [0, 1];
  while (tooMany < 2 ** 16 && mintsFit(tooMany)) [fitting, tooMany] = [tooMany, 2 * tooMany];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (mintsFit(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
};

/** Makes a batch of so many mints, with as long a remark as they may need. */
export const fullBatch = (mints: number): readonly Call[] =>
  framed(Array<Call>(mints).fill(SAMPLES.mint), JOURNAL_BYTES * mints);

/**
 * Finds what a batch may hold, by a runtime's own answers.
 * @param format in which the runtime reads extrinsics
 * @throws DecodeError for other answers; errors of `ask`
 */
export const batchRoom = async (ask: AskRuntime, format: ExtrinsicFormat, limits: BlockLimits): Promise<BatchRoom> => {
  const weights = await askWeights(ask, format, limits);
  const limit = limitOf(limits);
  const takeOf = (calls: readonly Call[]): BatchTake => withLength(weightOf(weights, calls), batchSize(calls).bytes);
  const fits = (calls: readonly Call[]): boolean => isWithin(takeOf(calls), limit);
  return { limit, weights, takeOf, fits, mints: mostMints(fits) };
};
