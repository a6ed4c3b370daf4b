/** `author_*`: submitting extrinsics and following them to finality. */
import { equal } from "@pdiem/light-client/bytes";
import type { Methods } from "../json-rpc/dispatch.js";
import { hexParam } from "../json-rpc/params.js";
import { hex } from "../substrate/json.js";
import type { Block } from "./block-author.js";
import { type Node, submitExtrinsic } from "./node.js";
import type { PooledExtrinsic } from "./transaction-pool.js";

/**
 * Notifies of ready, inBlock and finalized, or of invalid, as a Substrate node does; ends by
 * itself after the last.
 */
const follow = (node: Node, { extrinsic, hash }: PooledExtrinsic, notify: (status: unknown) => void): (() => void) => {
  let included: Block | undefined;
  const stops: (() => void)[] = [];
  const stop = (): void => {
    for (const end of stops) end();
  };
  notify("ready");
  stops.push(
    node.chain.newBlocks.add(({ block }) => {
      if (included !== undefined || !block.extrinsics.some((other) => equal(other, extrinsic))) return;
      included = block;
      notify({ inBlock: hex(block.hash) });
    }),
    node.chain.finalizedBlocks.add((block) => {
      if (block !== included) return;
      notify({ finalized: hex(block.hash) });
      stop();
    }),
    node.producer.dropped.add((dropped) => {
      if (!equal(dropped.hash, hash)) return;
      notify("invalid");
      stop();
    }),
  );
  return stop;
};

export const authorMethods = (node: Node): Methods => ({
  author_submitExtrinsic: async (params) => hex((await submitExtrinsic(node, hexParam(params, 0))).hash),
  author_submitAndWatchExtrinsic: async (params, connection) => {
    const pooled = await submitExtrinsic(node, hexParam(params, 0));
    return connection.subscribe("author_extrinsicUpdate", (notify) => follow(node, pooled, notify));
  },
  author_unwatchExtrinsic: (params, connection) => connection.unsubscribe(params[0]),
  author_pendingExtrinsics: () => node.pool.pending().map(({ extrinsic }) => hex(extrinsic)),
});
