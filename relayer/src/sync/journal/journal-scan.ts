import type { JournalScope } from "@pdiem/bridge-client/journal/journal-batch";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAccountInfo } from "@pdiem/light-client/polkadot/trie/storage-value";
import { blockHash, blockOf, storageOf } from "../../chains/parachain/substrate-node.js";
import { NodeError, type SubstrateCall } from "../../chains/parachain/substrate-rpc.js";
import { RpcError } from "../../error.js";
import { type JournalRecord, readRecord } from "./journal-record.js";

const missing = (height: number): never => {
  throw new RpcError(
    "rpc/missing",
    `expected the node to have block ${height}; where it has thrown away those from before the bridge, parachain.firstBlock says where to begin`,
    "backoff",
  );
};

const hashAt = async (call: SubstrateCall, height: number): Promise<Uint8Array> =>
  (await blockHash(call, height)) ?? missing(height);

/**
 * The issuer's nonce after a block.
 * @throws NodeError where the node has pruned that block's state
 */
const nonceAt = async (call: SubstrateCall, issuer: Uint8Array, height: number): Promise<number> => {
  const value = await storageOf(call, systemAccount(issuer), await hashAt(call, height));
  return value === undefined ? 0 : readAccountInfo(value).nonce;
};

const nonceIfKept = async (call: SubstrateCall, issuer: Uint8Array, height: number): Promise<number | undefined> => {
  try {
    return await nonceAt(call, issuer, height);
  } catch (error) {
    if (error instanceof NodeError) return undefined;
    throw error;
  }
};

interface Body {
  readonly block: number;
  readonly blockHash: Uint8Array;
  readonly extrinsics: readonly Uint8Array[];
}

const bodyAt = async (call: SubstrateCall, block: number): Promise<Body> => {
  const blockHash = await hashAt(call, block);
  const { extrinsics } = (await blockOf(call, blockHash)) ?? missing(block);
  return { block, blockHash, extrinsics };
};

const batchesIn = (scope: JournalScope, { extrinsics, ...at }: Body): readonly JournalRecord[] =>
  extrinsics.flatMap((extrinsic) => readRecord(scope, at, extrinsic) ?? []);

/** Where each body has to be read, the way there and back takes the longest. */
const BODIES_AT_ONCE = 8;

/** Told of the batches in the blocks since it was told last, up to and with block `upTo`. */
export type OnBlocks = (found: readonly JournalRecord[], upTo: number) => Promise<void>;

/**
 * Reads the bridge's batches from the blocks after `after` up to `to`, in order. Blocks without any
 * are passed over by the issuer's nonce, halving the distance, where the node still has their
 * state. Below one whose state it has thrown away each body is read. The nonce is the node's word:
 * a batch that it hides is noticed as a gap in the journal.
 * @throws RpcError `rpc/missing`; NodeError where the node hasn't even the state of `to`
 */
export const scanJournal = async (
  call: SubstrateCall,
  scope: JournalScope,
  { after, to }: { readonly after: number; readonly to: number },
  onBlocks: OnBlocks,
): Promise<void> => {
  const read = async (low: number, high: number): Promise<void> => {
    for (let from = low; from < high; from += BODIES_AT_ONCE) {
      const heights = Array.from({ length: Math.min(BODIES_AT_ONCE, high - from) }, (_, i) => from + 1 + i);
      for (const body of await Promise.all(heights.map((height) => bodyAt(call, height)))) {
        await onBlocks(batchesIn(scope, body), body.block);
      }
    }
  };
  const visit = async (low: number, high: number, before: number | undefined, nonce: number | undefined) => {
    if (high <= low) return;
    if (before !== undefined && before === nonce) {
      await onBlocks([], high);
      return;
    }
    if (nonce === undefined || high - low === 1) {
      await read(low, high);
      return;
    }
    const middle = Math.floor((low + high) / 2);
    const between = await nonceIfKept(call, scope.issuer, middle);
    await visit(low, middle, before, between);
    await visit(middle, high, between, nonce);
  };
  await visit(after, to, await nonceIfKept(call, scope.issuer, after), await nonceAt(call, scope.issuer, to));
};
