import type { JournalScope } from "@pdiem/bridge/journal";
import { systemAccount } from "@pdiem/light-client/polkadot/storage-key";
import { readAccountInfo } from "@pdiem/light-client/polkadot/storage-value";
import { RpcError } from "../error.js";
import { blockHash, blockOf, storageOf } from "../parachain/substrate-node.js";
import { type Call, NodeError } from "../parachain/substrate-rpc.js";
import { type JournalRecord, readRecord, scopeAfterAll } from "./journal-record.js";

const missing = (height: number): never => {
  throw new RpcError(
    "rpc/missing",
    `expected the node to have block ${height}; where it has thrown away those from before the bridge, parachain.firstBlock says where to begin`,
    "backoff",
  );
};

const hashAt = async (call: Call, height: number): Promise<Uint8Array> =>
  (await blockHash(call, height)) ?? missing(height);

/** The issuer's nonce after a block; undefined where the node has pruned that block's state. */
const nonceAt = async (call: Call, issuer: Uint8Array, height: number): Promise<number | undefined> => {
  try {
    const value = await storageOf(call, systemAccount(issuer), await hashAt(call, height));
    return value === undefined ? 0 : readAccountInfo(value).nonce;
  } catch (error) {
    if (error instanceof NodeError) return undefined;
    throw error;
  }
};

const readBlock = async (call: Call, scope: JournalScope, height: number): Promise<readonly JournalRecord[]> => {
  const hash = await hashAt(call, height);
  const block = (await blockOf(call, hash)) ?? missing(height);
  return block.extrinsics.flatMap(
    (extrinsic) => readRecord(scope, { block: height, blockHash: hash, extrinsic }) ?? [],
  );
};

/** Told of the batches in the blocks since it was told last, up to and with block `upTo`. */
export type OnBlocks = (found: readonly JournalRecord[], upTo: number) => Promise<void>;

/**
 * Reads the bridge's batches from the blocks after `after` up to `to`, in order. Blocks without any are passed over by the issuer's
 * nonce, halving the distance, where the node still has their state; where it hasn't, each body is read.
 * The nonce is the node's word: a batch that it hides is noticed as a gap in the journal.
 */
export const scanJournal = async (
  call: Call,
  scope: JournalScope,
  { after, to }: { readonly after: number; readonly to: number },
  onBlocks: OnBlocks,
): Promise<void> => {
  let known = scope;
  const visit = async (low: number, high: number, before: number | undefined, nonce: number | undefined) => {
    if (high <= low) return;
    if (before !== undefined && before === nonce) {
      await onBlocks([], high);
      return;
    }
    if (high - low === 1) {
      const found = await readBlock(call, known, high);
      known = scopeAfterAll(known, found);
      await onBlocks(found, high);
      return;
    }
    const middle = Math.floor((low + high) / 2);
    const between = await nonceAt(call, scope.issuer, middle);
    await visit(low, middle, before, between);
    await visit(middle, high, between, nonce);
  };
  await visit(after, to, await nonceAt(call, scope.issuer, after), await nonceAt(call, scope.issuer, to));
};
