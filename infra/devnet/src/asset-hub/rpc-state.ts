/**
 * `state_*`: storage, proofs, runtime calls and their subscriptions, at any block whose state is
 * kept.
 */
import { equal, utf8 } from "@pdiem/light-client/bytes";
import { bytes, decode } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import type { Method, Methods } from "../json-rpc/dispatch.js";
import { invalidParams } from "../json-rpc/error.js";
import { hashParam, hexListParam, hexParam, type Params, textParam } from "../json-rpc/params.js";
import { hex } from "../substrate/json.js";
import { entries } from "../trie/keys.js";
import { readProof } from "../trie/proof.js";
import { type Trie, valueAt } from "../trie/trie.js";
import type { Block } from "./block-author.js";
import { callAt, type Node } from "./node.js";
import { runtimeVersion } from "./runtime.js";

const MAX_PAGE = 1000;
const CODE = utf8(":code");

const hexOrNull = (value: Uint8Array | undefined): string | null => (value === undefined ? null : hex(value));

const keysPage = (state: Trie, prefix: Uint8Array, count: number, after: Uint8Array | undefined): string[] => {
  const page: string[] = [];
  for (const [key] of entries(state, prefix, after)) {
    if (page.length === count) break;
    page.push(hex(key));
  }
  return page;
};

const pageSize = (value: unknown): number => {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MAX_PAGE)
    throw invalidParams(`expected a page of at most ${MAX_PAGE} keys`);
  return value;
};

const storageMethods = ({ chain }: Node): Methods => {
  const stateAt = (params: Params, index: number): Trie => chain.stateOf(chain.byHash(hashParam(params, index))).state;
  const valueIn = (params: Params): Uint8Array | undefined => valueAt(stateAt(params, 1), hexParam(params, 0));
  const changeSet = (block: Block, state: Trie, keys: readonly Uint8Array[]): object => ({
    block: hex(block.hash),
    changes: keys.map((key) => [hex(key), hexOrNull(valueAt(state, key))]),
  });
  const getStorage: Method = (params) => hexOrNull(valueIn(params));
  const getKeysPaged: Method = (params) => {
    const after = params[2] === undefined || params[2] === null ? undefined : hexParam(params, 2);
    const prefix = params[0] === null ? new Uint8Array() : hexParam(params, 0);
    return keysPage(stateAt(params, 3), prefix, pageSize(params[1]), after);
  };
  return {
    state_getStorage: getStorage,
    state_getStorageAt: getStorage,
    state_getStorageSize: (params) => valueIn(params)?.length ?? null,
    state_getStorageHash: (params) => {
      const value = valueIn(params);
      return value === undefined ? null : hex(blake2b256(value));
    },
    state_getKeysPaged: getKeysPaged,
    state_getKeysPagedAt: getKeysPaged,
    state_queryStorageAt: (params) => {
      const block = chain.byHash(hashParam(params, 1));
      return [changeSet(block, chain.stateOf(block).state, hexListParam(params, 0))];
    },
    state_getReadProof: (params) => {
      const block = chain.byHash(hashParam(params, 1));
      const { state, runtime } = chain.stateOf(block);
      const proof = readProof(state, runtime.stateVersion, hexListParam(params, 0));
      return { at: hex(block.hash), proof: proof.map(hex) };
    },
    state_subscribeStorage: (params, connection) => {
      const keys = hexListParam(params, 0);
      return connection.subscribe("state_storage", (notify) => {
        const head = chain.head();
        notify(changeSet(head, chain.stateOf(head).state, keys));
        return chain.newBlocks.add(({ block, state, changes }) => {
          const changed = keys.filter((key) => changes.some(([other]) => equal(other, key)));
          if (changed.length > 0) notify(changeSet(block, state, changed));
        });
      });
    },
    state_unsubscribeStorage: (params, connection) => connection.unsubscribe(params[0]),
  };
};

const runtimeMethods = (node: Node): Methods => {
  const { chain } = node;
  const blockAt = (params: Params, index: number): Block => chain.byHash(hashParam(params, index));
  const versionAt: Method = (params) => runtimeVersion(chain.stateOf(blockAt(params, 0)).state);
  const call: Method = async (params) =>
    hex(await callAt(node, blockAt(params, 2), textParam(params, 0), hexParam(params, 1)));
  return {
    state_getRuntimeVersion: versionAt,
    chain_getRuntimeVersion: versionAt,
    state_getMetadata: async (params) =>
      hex(decode(bytes, await callAt(node, blockAt(params, 0), "Metadata_metadata", new Uint8Array()))),
    state_call: call,
    state_callAt: call,
    state_subscribeRuntimeVersion: async (_params, connection) => {
      const version = await runtimeVersion(chain.stateOf(chain.head()).state);
      return connection.subscribe("state_runtimeVersion", (notify) => {
        notify(version);
        return chain.newBlocks.add(({ state, changes }) => {
          if (!changes.some(([key]) => equal(key, CODE))) return;
          void runtimeVersion(state).then(notify);
        });
      });
    },
    state_unsubscribeRuntimeVersion: (params, connection) => connection.unsubscribe(params[0]),
  };
};

export const stateMethods = (node: Node): Methods => ({ ...storageMethods(node), ...runtimeMethods(node) });
