/** What the JSON-RPC methods of the parachain node work on. */
import { concat } from "@pdiem/light-client/bytes";
import { decode, u32 } from "@pdiem/light-client/codec/scale";
import type { Block } from "./block-author.js";
import type { Chain } from "./chain.js";
import type { RelayParent } from "./inherents.js";
import type { Producer } from "./producer.js";
import type { BlockOnRelay } from "./relay-parents.js";
import { askRuntime } from "./runtime.js";
import { type PooledExtrinsic, readPooled, type TransactionPool } from "./transaction-pool.js";
import { readValidity } from "./validity.js";

export interface Node {
  readonly chain: Chain;
  readonly pool: TransactionPool;
  readonly producer: Producer;
  readonly relayParent: (block: BlockOnRelay) => RelayParent;
}

/** `TransactionSource::External`. */
const EXTERNAL = Uint8Array.of(2);

/** Calls the runtime at a block. @throws RpcError `rpc/unknown-block`, PdiemError `runtime/trap` */
export const callAt = async (node: Node, block: Block, name: string, args: Uint8Array): Promise<Uint8Array> =>
  askRuntime(node.chain.stateOf(block).state, [name, args]);

/** Gives the nonce of the account's next extrinsic at the head. */
export const accountNonce = async (node: Node, who: Uint8Array): Promise<number> =>
  decode(u32, await callAt(node, node.chain.head(), "AccountNonceApi_account_nonce", who));

/**
 * Takes an extrinsic into the pool if the runtime finds it valid at the head.
 * @throws RpcError 1010 with the runtime's reason, 1013 when it waits already; DecodeError when it
 * isn't an extrinsic
 */
export const submitExtrinsic = async (node: Node, extrinsic: Uint8Array): Promise<PooledExtrinsic> => {
  const pooled = readPooled(extrinsic);
  const head = node.chain.head();
  const question = concat(EXTERNAL, extrinsic, head.hash);
  readValidity(await callAt(node, head, "TaggedTransactionQueue_validate_transaction", question));
  node.pool.add(pooled);
  node.producer.wake();
  return pooled;
};
