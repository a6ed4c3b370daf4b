/** The parachain: blocks, and the issuer's batches in them. */
import { equal } from "@pdiem/light-client/bytes";
import type { ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { config, FIRST_SET, START } from "../setting.js";
import { type Assets, copyAssets, executeCall, firstAssets } from "./assets.js";
import type { Line } from "./sets.js";

/** The chain at one block; never changed once the block is made. */
export interface ParachainState extends Readonly<Assets> {
  readonly number: number;
  readonly hash: Uint8Array;
  /** Ms. */
  readonly time: bigint;
  /** Who finalizes it. */
  readonly line: Line;
  /** Whether it was made up with keys of former sets. */
  readonly isForged: boolean;
  readonly specVersion: number;
  /** The issuer's. */
  readonly nonce: number;
  /** Hashes of the blocks before, by number. */
  readonly hashes: ReadonlyMap<number, Uint8Array>;
}

/** Ms a block. */
const BLOCK = 12_000n;
let made = 0;

/** Names blocks apart, on forks, too. */
const freshHash = (): Uint8Array => {
  const hash = new Uint8Array(32);
  new DataView(hash.buffer).setUint32(0, ++made);
  return hash;
};

export const firstParachainState = (): ParachainState => ({
  ...firstAssets(),
  number: 1,
  hash: freshHash(),
  time: START,
  line: [{ index: FIRST_SET, isForged: false, since: START }],
  isForged: false,
  specVersion: config.parachain.specVersion,
  nonce: 0,
  hashes: new Map(),
});

/** What a block changes. */
export type Change = Partial<Assets & Pick<ParachainState, "line" | "isForged" | "specVersion" | "nonce">>;

/** Makes the next block at a time; the blocks that no one asks for between are left out. */
export const nextBlock = (before: ParachainState, time: bigint, change: Change = {}): ParachainState => {
  const blocks = Number((time - before.time) / BLOCK);
  return {
    ...before,
    ...change,
    number: before.number + Math.max(1, blocks),
    hash: freshHash(),
    time,
    hashes: new Map(before.hashes).set(before.number, before.hash),
  };
};

/** Changes a copy of a block's assets. */
export const changedAssets = (before: ParachainState, change: (assets: Assets) => void): Assets => {
  const assets = copyAssets(before);
  change(assets);
  return assets;
};

/** Tells whether a batch can be in the block with that number. */
export const canInclude = (state: ParachainState, number: number, content: ExtrinsicContent): boolean => {
  const { nonce, mortalPeriod, birth, specVersion } = content;
  const hash = birth.number === state.number ? state.hash : state.hashes.get(birth.number);
  return (
    nonce === state.nonce &&
    specVersion === state.specVersion &&
    number > birth.number &&
    number < birth.number + mortalPeriod &&
    hash !== undefined &&
    equal(hash, birth.hash)
  );
};

/** Executes a batch whole; undefined where a call fails, which reverts all. */
export const executeBatch = (before: ParachainState, { call }: ExtrinsicContent): Assets | undefined => {
  if (call.type !== "batchAll") throw new Error(`expected a batch_all, got ${call.type}`);
  const assets = copyAssets(before);
  return call.calls.every((one) => executeCall(assets, one)) ? assets : undefined;
};
