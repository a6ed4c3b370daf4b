import { type JournalEntry, type JournalScope, readJournalEntry, scopeAfter } from "@pdiem/bridge/journal";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsic";
import { systemAccount } from "@pdiem/light-client/polkadot/storage-key";
import { readAccountInfo } from "@pdiem/light-client/polkadot/storage-value";
import { RpcError } from "../error.js";
import { blockHash, blockOf, storageOf } from "../parachain/substrate-node.js";
import { type Call, NodeError } from "../parachain/substrate-rpc.js";

/** A batch where it was found. */
export interface JournalRecord {
  readonly block: number;
  readonly blockHash: Uint8Array;
  /** With its length in front; and its hash. */
  readonly extrinsic: Uint8Array;
  readonly hash: Uint8Array;
  readonly entry: JournalEntry;
}

const hashAt = async (call: Call, height: number): Promise<Uint8Array> => {
  const hash = await blockHash(call, height);
  if (hash === undefined) throw new RpcError("rpc/missing", `expected the node to have block ${height}`, "backoff");
  return hash;
};

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
  const block = await blockOf(call, hash);
  if (block === undefined) throw new RpcError("rpc/missing", `expected the node to have block ${height}`, "backoff");
  return block.extrinsics.flatMap((extrinsic) => {
    const entry = readJournalEntry(scope, extrinsic);
    return entry === undefined
      ? []
      : [{ block: height, blockHash: hash, extrinsic, hash: extrinsicHash(extrinsic), entry }];
  });
};

/** The scope for the blocks after these batches. @param records in any order */
export const scopeAfterAll = (scope: JournalScope, records: readonly JournalRecord[]): JournalScope =>
  records.reduce((before, { entry }) => scopeAfter(before, entry), scope);

/**
 * Reads the bridge's batches from the blocks after `after` up to `to`. Blocks without any are passed over by the issuer's
 * nonce, halving the distance, where the node still has their state; where it hasn't, each body is read.
 * The nonce is the node's word: a batch that it hides is noticed as a gap in the journal.
 */
export const scanJournal = async (
  call: Call,
  scope: JournalScope,
  after: number,
  to: number,
): Promise<readonly JournalRecord[]> => {
  const records: JournalRecord[] = [];
  let known = scope;
  const visit = async (low: number, high: number, before: number | undefined, nonce: number | undefined) => {
    if (high <= low || (before !== undefined && before === nonce)) return;
    if (high - low === 1) {
      const found = await readBlock(call, known, high);
      known = scopeAfterAll(known, found);
      records.push(...found);
      return;
    }
    const middle = Math.floor((low + high) / 2);
    const between = await nonceAt(call, scope.issuer, middle);
    await visit(low, middle, before, between);
    await visit(middle, high, between, nonce);
  };
  await visit(after, to, await nonceAt(call, scope.issuer, after), await nonceAt(call, scope.issuer, to));
  return records;
};
