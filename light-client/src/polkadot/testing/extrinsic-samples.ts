/** Extrinsics of every call, alone and in batches, with a nonce, an era and hashes. */
import {
  approveTransfer,
  batchAll,
  burn,
  type Call,
  cancelApproval,
  freezeAsset,
  mint,
  remark,
  setTeam,
  thaw,
  thawAsset,
  transferKeepAlive,
} from "../extrinsics/call.js";
import type { ExtrinsicContent } from "../extrinsics/signed-extrinsic.js";

export const SAMPLE_SEED = new Uint8Array(32).fill(42);

const who = (mark: number): Uint8Array => new Uint8Array(32).fill(mark);

const leaves: readonly Call[] = [
  cancelApproval(7, who(1)),
  mint(7, who(2), 1n),
  mint(0xffff_ffff, who(3), (1n << 128n) - 1n),
  burn(7, who(4), 1_000_000n),
  transferKeepAlive(7, who(5), 1n << 30n),
  setTeam(7, { issuer: who(6), admin: who(7), freezer: who(8) }),
  freezeAsset(7),
  thawAsset(7),
  thaw(7, who(11)),
  approveTransfer(7, who(9), 1n),
  remark(new Uint8Array(300).fill(10)),
];

const calls: readonly Call[] = [...leaves, batchAll([]), batchAll(leaves)];

/**
 * Makes the samples for a runtime of those versions; in each the nonce and the birth block are
 * others.
 */
export const extrinsicSamples = (specVersion: number, transactionVersion: number): readonly ExtrinsicContent[] =>
  calls.map((call, at) => ({
    call,
    nonce: 3 + 60 * at ** 3,
    mortalPeriod: 64,
    birth: { number: 130 + 11 * at, hash: who(0xbb) },
    genesisHash: who(0xaa),
    specVersion,
    transactionVersion,
  }));
