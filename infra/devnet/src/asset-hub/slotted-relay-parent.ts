/**
 * A relay parent made up for each block, for runtimes that tie their slots to the relay chain's. No
 * relay chain of the devnet has slots as fast as its blocks. It includes the block's parent.
 */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { bytes, encode, u32 } from "@pdiem/light-client/codec/scale";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { currentSlot, parachainInputs } from "../substrate/host-configuration.js";
import { rootHash } from "../trie/encode.js";
import { readProof } from "../trie/proof.js";
import { withChanges } from "../trie/trie.js";
import type { BlockTime } from "./hub-runtime.js";
import type { RelayParent } from "./inherents.js";

const STATE_VERSION = 1;
const RELAY_SLOT = 6_000;

/** Keys that such runtimes read beside `parachainInputKeys`. */
const furtherKeys = (paraId: number): readonly Uint8Array[] => [
  parasHeads(paraId),
  concat(utf8(":relay_dispatch_queue_remaining_capacity"), encode(u32, paraId)),
];

export const slottedRelayParent = (paraId: number, { parent, timestamp }: BlockTime): RelayParent => {
  const state = withChanges(undefined, [
    ...parachainInputs(paraId),
    currentSlot(BigInt(Math.floor(timestamp / RELAY_SLOT))),
    [parasHeads(paraId), encode(bytes, encode(header, parent))],
  ]);
  return {
    number: parent.number + 1,
    stateRoot: rootHash(state, STATE_VERSION),
    prove: (keys) => readProof(state, STATE_VERSION, [...keys, ...furtherKeys(paraId)]),
  };
};
