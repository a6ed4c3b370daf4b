/**
 * Relay blocks that the parachain's blocks build on. Mostly that is the relay chain's best. It is
 * made up where a runtime ties its slots to the relay chain's. No relay chain of the devnet has
 * slots as fast as the parachain's blocks. It is made up, too, where it lets an upgrade through.
 */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { bytes, encode, u32 } from "@pdiem/light-client/codec/scale";
import { type Header, header } from "@pdiem/light-client/polkadot/finality/header";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { currentSlot, parachainInputs, upgradeGoAhead } from "../substrate/host-configuration.js";
import { rootHash } from "../trie/encode.js";
import { readProof } from "../trie/proof.js";
import { type Change, withChanges } from "../trie/trie.js";
import type { RelayParent } from "./inherents.js";

/** The block that a relay parent is for. */
export interface BlockOnRelay {
  readonly parent: Header;
  /** Milliseconds. */
  readonly timestamp: number;
  /** Whether the runtime that makes the block needs a relay parent of its time. */
  readonly followsRelaySlots: boolean;
  /** The relay chain tells the parachain to take up its pending code. */
  readonly upgrades: boolean;
}

const STATE_VERSION = 1;
const RELAY_SLOT = 6_000;

/** Keys that such runtimes read beside `parachainInputKeys`. */
const furtherKeys = (paraId: number): readonly Uint8Array[] => [
  parasHeads(paraId),
  concat(utf8(":relay_dispatch_queue_remaining_capacity"), encode(u32, paraId)),
];

const madeUp = (number: number, changes: readonly Change[], further: readonly Uint8Array[]): RelayParent => {
  const state = withChanges(undefined, changes);
  return {
    number,
    stateRoot: rootHash(state, STATE_VERSION),
    prove: (keys) => readProof(state, STATE_VERSION, [...keys, ...further]),
  };
};

/**
 * Gives each block its relay parent. Blocks of one relay slot share theirs. It includes the last
 * block of the slot before.
 * @param best the relay chain's best block
 */
export const createRelayParents = (paraId: number, best: () => RelayParent): ((block: BlockOnRelay) => RelayParent) => {
  let latest: { readonly slot: number; readonly included: Uint8Array } | undefined;
  return ({ parent, timestamp, followsRelaySlots, upgrades }) => {
    const signal = upgrades ? [upgradeGoAhead(paraId)] : [];
    if (!followsRelaySlots)
      return upgrades ? madeUp(best().number, [...parachainInputs(paraId), ...signal], []) : best();
    const slot = Math.floor(timestamp / RELAY_SLOT);
    if (latest?.slot !== slot) latest = { slot, included: encode(bytes, encode(header, parent)) };
    const changes = [
      ...parachainInputs(paraId),
      currentSlot(BigInt(slot)),
      [parasHeads(paraId), latest.included] as const,
      ...signal,
    ];
    return madeUp(slot, changes, furtherKeys(paraId));
  };
};
