/** What a runtime lets one block and one extrinsic take, by its constants. */
import { type Codec, compact, decode, mapped, option, struct, u32, u64 } from "@pdiem/light-client/codec/scale";
import { RpcError } from "../error.js";
import type { RuntimeMetadata } from "./runtime-metadata.js";
import { typeParts } from "./type-text.js";

/** Picoseconds, and bytes of the proof that the relay chain checks a block by. */
export interface Weight {
  readonly refTime: bigint;
  readonly proofSize: bigint;
}

/** What extrinsics of users may take. */
export interface BlockLimits {
  /** How the runtime encodes a weight, which older ones have as one integer. */
  readonly weight: Codec<Weight>;
  /** Counted for every extrinsic beside its own weight. */
  readonly base: Weight;
  /** The most of one extrinsic. */
  readonly extrinsic: Weight;
  /** The most of all in one block. */
  readonly block: Weight;
  /** The most bytes of all in one block. */
  readonly length: number;
}

const U64_MAX = 2n ** 64n - 1n;
const UNBOUNDED: Weight = { refTime: U64_MAX, proofSize: U64_MAX };

/** By how its parts are encoded, time first. Where proofs aren't counted they take nothing. */
const WEIGHTS: Readonly<Record<string, Codec<Weight>>> = {
  "compactU64 compactU64": struct({ refTime: compact, proofSize: compact }),
  "u64 u64": struct({ refTime: u64, proofSize: u64 }),
  compactU64: mapped(
    compact,
    (refTime) => ({ refTime, proofSize: 0n }),
    ({ refTime }) => refTime,
  ),
  u64: mapped(
    u64,
    (refTime) => ({ refTime, proofSize: 0n }),
    ({ refTime }) => refTime,
  ),
};

/** `frame_system::limits::BlockWeights`. */
const blockWeights = (weight: Codec<Weight>) => {
  const perClass = struct({
    base: weight,
    maxExtrinsic: option(weight),
    maxTotal: option(weight),
    reserved: option(weight),
  });
  return struct({ baseBlock: weight, maxBlock: weight, normal: perClass, operational: perClass, mandatory: perClass });
};

const blockLength = struct({ normal: u32, operational: u32, mandatory: u32 });

const least = (a: Weight, b: Weight): Weight => ({
  refTime: a.refTime < b.refTime ? a.refTime : b.refTime,
  proofSize: a.proofSize < b.proofSize ? a.proofSize : b.proofSize,
});

const refuse = (what: string): never => {
  throw new RpcError("rpc/metadata", `expected a runtime that bounds its blocks, ${what}`);
};

/**
 * Reads `System.BlockWeights` and `System.BlockLength`.
 * @throws RpcError `rpc/metadata` where they are missing or of an unknown form
 * @throws DecodeError for values that aren't of their types
 */
export const blockLimits = ({ pallets, types }: RuntimeMetadata): BlockLimits => {
  const constants = pallets.find(({ name }) => name === "System")?.constants ?? [];
  const constant = (wanted: string) =>
    constants.find(({ name }) => name === wanted) ?? refuse(`System.${wanted} is missing`);
  const weights = constant("BlockWeights");
  const inner = typeParts(types, weights.type).find((part) => part.startsWith("option("));
  const weight = WEIGHTS[inner?.slice("option(".length, -1) ?? ""] ?? refuse(`weights of ${inner}`);
  const { maxBlock, normal } = decode(blockWeights(weight), weights.value);
  const counted = (limit: Weight): Weight => (inner?.includes(" ") === true ? limit : { ...limit, proofSize: U64_MAX });
  const block = counted(normal.maxTotal ?? maxBlock);
  return {
    weight,
    base: normal.base,
    block,
    extrinsic: least(counted(normal.maxExtrinsic ?? UNBOUNDED), block),
    length: decode(blockLength, constant("BlockLength").value).normal,
  };
};
