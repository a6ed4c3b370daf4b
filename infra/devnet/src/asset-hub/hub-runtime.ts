/** What differs between the runtimes that an Asset Hub may run. */
import type { StateVersion } from "../trie/encode.js";
import type { Trie } from "../trie/trie.js";

export interface HubRuntime {
  readonly name: string;
  readonly specVersion: number;
  readonly properties: { readonly tokenDecimals: number; readonly tokenSymbol: string };
  readonly paraId: number;
  /** The state that the chain starts from, before anybody is endowed. */
  readonly state: Trie;
  /** How `Header.state_root` commits to values. */
  readonly stateVersion: StateVersion;
  /** Milliseconds. */
  readonly slotDuration: number;
  /** Milliseconds from a block's timestamp to the next one's, at least. */
  readonly blockPeriod: number;
  /** Every block claims its slot, else only the first in a slot does. */
  readonly claimsEverySlot: boolean;
  /**
   * What ends `System.Account`: the frozen fee once, today flags, whose top bit says that holds
   * are counted as providers.
   */
  readonly accountFlags: bigint;
  /** `set_validation_data` takes the parachain's messages apart from the rest of its data. */
  readonly splitsMessages: boolean;
  /** Weights are two compact numbers, else one of 8 bytes. */
  readonly compactWeights: boolean;
  /** Ties its slots to the relay chain's: each block needs a relay parent of its own time. */
  readonly followsRelaySlots: boolean;
}
