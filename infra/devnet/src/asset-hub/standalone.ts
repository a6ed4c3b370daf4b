/**
 * A relay parent for an Asset Hub without a relay chain: a state that never changes, under rising
 * numbers.
 */
import { parachainInputs } from "../substrate/host-configuration.js";
import { rootHash } from "../trie/encode.js";
import { readProof } from "../trie/proof.js";
import { withChanges } from "../trie/trie.js";
import type { RelayParent } from "./inherents.js";

const STATE_VERSION = 1;

export const standaloneRelayParent = (paraId: number): (() => RelayParent) => {
  const state = withChanges(undefined, parachainInputs(paraId));
  const stateRoot = rootHash(state, STATE_VERSION);
  let number = 0;
  return () => {
    number += 1;
    return { number, stateRoot, prove: (keys) => readProof(state, STATE_VERSION, keys) };
  };
};
