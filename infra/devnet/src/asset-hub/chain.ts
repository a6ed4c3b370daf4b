/**
 * The blocks of the parachain: headers and bodies of all, states of the latest. There are no
 * forks.
 */
import { toHex } from "@pdiem/light-client/bytes";
import { unknownBlock } from "../json-rpc/error.js";
import { createListeners, type Listeners } from "../substrate/listeners.js";
import type { Block, BlockState, BuiltBlock } from "./block-author.js";
import type { HubRuntime } from "./hub-runtime.js";

/** A block that was just made, with what it changed. */
export interface NewBlock extends BlockState {
  readonly block: Block;
}

export interface Chain {
  readonly genesis: () => Block;
  readonly head: () => Block;
  readonly finalized: () => Block;
  readonly at: (number: number) => Block | undefined;
  /** @throws RpcError `rpc/unknown-block`; without a hash the head */
  readonly byHash: (hash: Uint8Array | undefined) => Block;
  /** @throws RpcError `rpc/unknown-block` once the state is discarded */
  readonly stateOf: (block: Block) => BlockState;
  readonly append: (built: BuiltBlock) => void;
  /**
   * Finalizes the block and all before it; a block that is finalized already, or unknown, changes
   * nothing.
   */
  readonly finalize: (hash: Uint8Array) => void;
  readonly newBlocks: Listeners<NewBlock>;
  /** Told of every finalized block, in order. */
  readonly finalizedBlocks: Listeners<Block>;
}

/**
 * @param runtime with the state of genesis
 * @param retained how many of the latest states are kept
 */
export const createChain = (genesis: Block, runtime: HubRuntime, retained: number): Chain => {
  const blocks: Block[] = [genesis];
  const numbers = new Map<string, number>([[toHex(genesis.hash), 0]]);
  const states = new Map<number, BlockState>([[0, { state: runtime.state, changes: [], runtime }]]);
  const newBlocks = createListeners<NewBlock>();
  const finalizedBlocks = createListeners<Block>();
  let head = genesis;
  let finalized = genesis;
  const find = (hash: Uint8Array): Block | undefined => blocks[numbers.get(toHex(hash)) ?? -1];
  return {
    genesis: () => genesis,
    head: () => head,
    finalized: () => finalized,
    at: (number) => blocks[number],
    byHash: (hash) => {
      const block = hash === undefined ? head : find(hash);
      if (block === undefined)
        throw unknownBlock(`UnknownBlock: Header was not found in the database: 0x${toHex(hash ?? head.hash)}`);
      return block;
    },
    stateOf: (block) => {
      const state = states.get(block.header.number);
      if (state === undefined)
        throw unknownBlock(
          `UnknownBlock: State already discarded for 0x${toHex(block.hash)}: the last ${retained} are kept`,
        );
      return state;
    },
    append: ({ block, state, changes, runtime: next }) => {
      const made = { state, changes, runtime: next };
      head = block;
      blocks.push(block);
      numbers.set(toHex(block.hash), block.header.number);
      states.set(block.header.number, made);
      states.delete(block.header.number - retained);
      newBlocks.tell({ block, ...made });
    },
    finalize: (hash) => {
      const target = find(hash);
      while (target !== undefined && finalized.header.number < target.header.number) {
        const next = blocks[finalized.header.number + 1];
        if (next === undefined) return;
        finalized = next;
        finalizedBlocks.tell(next);
      }
    },
    newBlocks,
    finalizedBlocks,
  };
};
