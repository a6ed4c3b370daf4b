/** `chain_*`: headers, blocks and their subscriptions. */
import type { Method, Methods } from "../json-rpc/dispatch.js";
import { hashParam, type Params, parseNumber } from "../json-rpc/params.js";
import { headerJson, hex } from "../substrate/json.js";
import type { Block } from "./block-author.js";
import type { Node } from "./node.js";

const unsubscribe: Method = (params, connection) => connection.unsubscribe(params[0]);

export const chainMethods = ({ chain }: Node): Methods => {
  const hashAt = (value: unknown): string | null => {
    const block = value === null || value === undefined ? chain.head() : chain.at(parseNumber(value));
    return block === undefined ? null : hex(block.hash);
  };
  const header = (params: Params): object => headerJson(chain.byHash(hashParam(params, 0)).header);
  const getBlockHash: Method = ([number]) => (Array.isArray(number) ? number.map(hashAt) : hashAt(number));

  const subscribeHeads =
    (notification: string): Method =>
    (_params, connection) =>
      connection.subscribe(notification, (notify) => {
        notify(headerJson(chain.head().header));
        return chain.newBlocks.add(({ block }) => notify(headerJson(block.header)));
      });
  const subscribeFinalized: Method = (_params, connection) =>
    connection.subscribe("chain_finalizedHead", (notify) => {
      notify(headerJson(chain.finalized().header));
      return chain.finalizedBlocks.add((block: Block) => notify(headerJson(block.header)));
    });

  return {
    chain_getBlockHash: getBlockHash,
    chain_getHead: getBlockHash,
    chain_getHeader: header,
    chain_getBlock: (params) => {
      const block = chain.byHash(hashParam(params, 0));
      return {
        block: { header: headerJson(block.header), extrinsics: block.extrinsics.map(hex) },
        justifications: null,
      };
    },
    chain_getFinalizedHead: () => hex(chain.finalized().hash),
    chain_getFinalisedHead: () => hex(chain.finalized().hash),
    chain_subscribeNewHeads: subscribeHeads("chain_newHead"),
    chain_subscribeNewHead: subscribeHeads("chain_newHead"),
    chain_subscribeAllHeads: subscribeHeads("chain_allHead"),
    chain_subscribeFinalizedHeads: subscribeFinalized,
    chain_unsubscribeNewHeads: unsubscribe,
    chain_unsubscribeNewHead: unsubscribe,
    chain_unsubscribeAllHeads: unsubscribe,
    chain_unsubscribeFinalizedHeads: unsubscribe,
  };
};
