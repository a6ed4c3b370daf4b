/** The relay chain's JSON-RPC: what a light client's server needs of a Polkadot node. */
import { threshold, totalWeight } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { Method, Methods } from "../json-rpc/dispatch.js";
import { hashParam, hexListParam, hexParam, parseNumber } from "../json-rpc/params.js";
import { headerJson, hex } from "../substrate/json.js";
import { readProof } from "../trie/proof.js";
import { valueAt } from "../trie/trie.js";
import type { RelayChain } from "./relay-chain.js";
import { STATE_VERSION } from "./relay-state.js";
import { authoritiesOf } from "./voters.js";

const unsubscribe: Method = (params, connection) => connection.unsubscribe(params[0]);

const chainMethods = ({ blocks, finality, newBlocks, justified }: RelayChain): Methods => {
  const hashAt = (value: unknown): string | null => {
    const block = value === null || value === undefined ? blocks.best() : blocks.at(parseNumber(value));
    return block === undefined ? null : hex(block.hash);
  };
  const subscribeNewHeads: Method = (_params, connection) =>
    connection.subscribe("chain_newHead", (notify) => {
      notify(headerJson(blocks.best().header));
      return newBlocks.add((block) => notify(headerJson(block.header)));
    });
  return {
    chain_getBlockHash: ([number]) => (Array.isArray(number) ? number.map(hashAt) : hashAt(number)),
    chain_getHeader: (params) => headerJson(blocks.byHash(hashParam(params, 0)).header),
    chain_getBlock: (params) => {
      const block = blocks.byHash(hashParam(params, 0));
      return { block: { header: headerJson(block.header), extrinsics: [] }, justifications: null };
    },
    chain_getFinalizedHead: () => hex(finality.finalized().hash),
    chain_subscribeNewHeads: subscribeNewHeads,
    chain_subscribeFinalizedHeads: (_params, connection) =>
      connection.subscribe("chain_finalizedHead", (notify) => {
        notify(headerJson(finality.finalized().header));
        return justified.add(({ block }) => notify(headerJson(block.header)));
      }),
    chain_unsubscribeNewHeads: unsubscribe,
    chain_unsubscribeFinalizedHeads: unsubscribe,
  };
};

const stateMethods = ({ blocks }: RelayChain): Methods => ({
  state_getStorage: (params) => {
    const value = valueAt(blocks.stateOf(blocks.byHash(hashParam(params, 1))), hexParam(params, 0));
    return value === undefined ? null : hex(value);
  },
  state_getReadProof: (params) => {
    const block = blocks.byHash(hashParam(params, 1));
    const proof = readProof(blocks.stateOf(block), STATE_VERSION, hexListParam(params, 0));
    return { at: hex(block.hash), proof: proof.map(hex) };
  },
});

const grandpaMethods = ({ finality, voters, justified }: RelayChain): Methods => ({
  grandpa_proveFinality: ([number]) => {
    const proof = finality.prove(parseNumber(number));
    return proof === undefined ? null : hex(proof);
  },
  grandpa_roundState: () => {
    const authorities = authoritiesOf(voters());
    const none = { currentWeight: 0, missing: authorities.map(({ id }) => hex(id)) };
    const best = {
      round: Number(finality.round()) + 1,
      totalWeight: Number(totalWeight(authorities)),
      thresholdWeight: Number(threshold(authorities)),
      prevotes: none,
      precommits: none,
    };
    return { setId: Number(voters().setId), best, background: [] };
  },
  grandpa_subscribeJustifications: (_params, connection) =>
    connection.subscribe("grandpa_justifications", (notify) =>
      justified.add(({ justification }) => notify(hex(justification))),
    ),
  grandpa_unsubscribeJustifications: unsubscribe,
});

const systemMethods: Methods = {
  system_chain: () => "pDiem Devnet Relay",
  system_chainType: () => "Development",
  system_name: () => "pdiem-devnet",
  system_version: () => "0.1.0",
  system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
  system_properties: () => ({}),
};

export const relayMethods = (chain: RelayChain): Methods => {
  const methods = { ...chainMethods(chain), ...stateMethods(chain), ...grandpaMethods(chain), ...systemMethods };
  return { ...methods, rpc_methods: () => ({ methods: Object.keys(methods).sort() }) };
};
