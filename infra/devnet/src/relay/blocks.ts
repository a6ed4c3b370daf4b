/** The relay chain's blocks: headers of all, states of the latest. There are no forks. */
import { toHex } from "@pdiem/light-client/bytes";
import { type Header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { unknownBlock } from "../json-rpc/error.js";
import type { Trie } from "../trie/trie.js";

export interface RelayBlock {
  readonly header: Header;
  readonly hash: Uint8Array;
}

export interface RelayBlocks {
  readonly best: () => RelayBlock;
  readonly at: (number: number) => RelayBlock | undefined;
  /** @throws RpcError `rpc/unknown-block`; without a hash the best block */
  readonly byHash: (hash: Uint8Array | undefined) => RelayBlock;
  /** @throws RpcError `rpc/unknown-block` once the state is discarded */
  readonly stateOf: (block: RelayBlock) => Trie;
  readonly append: (header: Header, state: Trie) => RelayBlock;
}

/** @param retained how many of the latest states are kept */
export const createRelayBlocks = (genesis: Header, genesisState: Trie, retained: number): RelayBlocks => {
  const blocks: RelayBlock[] = [];
  const numbers = new Map<string, number>();
  const states = new Map<number, Trie>();
  const append = (header: Header, state: Trie): RelayBlock => {
    const block = { header, hash: headerHash(header) };
    blocks.push(block);
    numbers.set(toHex(block.hash), header.number);
    states.set(header.number, state);
    states.delete(header.number - retained);
    return block;
  };
  const first = append(genesis, genesisState);
  const best = (): RelayBlock => blocks.at(-1) ?? first;
  return {
    best,
    append,
    at: (number) => blocks[number],
    byHash: (hash) => {
      const block = hash === undefined ? best() : blocks[numbers.get(toHex(hash)) ?? -1];
      if (block === undefined)
        throw unknownBlock(`UnknownBlock: Header was not found in the database: 0x${toHex(hash ?? first.hash)}`);
      return block;
    },
    stateOf: (block) => {
      const { number } = block.header;
      if (!states.has(number)) throw unknownBlock(`UnknownBlock: State already discarded for 0x${toHex(block.hash)}`);
      return states.get(number);
    },
  };
};
