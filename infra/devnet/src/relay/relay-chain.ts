/**
 * The relay chain as a state machine: each new block finalizes the one before. No clock, no
 * network.
 */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { encode, u32, u64 } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import type { DigestItem } from "@pdiem/light-client/polkadot/finality/digest";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import { consensusLog } from "@pdiem/light-client/polkadot/finality/set-change";
import { createListeners, type Listeners } from "../substrate/listeners.js";
import { rootHash } from "../trie/encode.js";
import { type Change, withChanges } from "../trie/trie.js";
import { createRelayBlocks, type RelayBlock, type RelayBlocks } from "./blocks.js";
import { createFinality, type Finality, type Justified } from "./finality.js";
import {
  authorityChanges,
  blockChanges,
  parachainHeadChange,
  relayGenesisState,
  SLOT_DURATION,
  STATE_VERSION,
} from "./relay-state.js";
import { authoritiesOf, type VoterSet, voterSet } from "./voters.js";

export interface RelayChainOptions {
  readonly paraId: number;
  /** The parachain's genesis header, encoded. */
  readonly parachainGenesis: Uint8Array;
  readonly authorities: number;
  readonly retainedStates: number;
  /** Milliseconds. */
  readonly now: number;
}

export interface RelayChain {
  readonly blocks: RelayBlocks;
  readonly finality: Finality;
  /** Gives the set that finalizes the next block. */
  readonly voters: () => VoterSet;
  /**
   * Makes the next block with what was asked for since the last, and finalizes the last.
   * @param now milliseconds
   */
  readonly advance: (now: number) => RelayBlock;
  /** Shows this parachain header, encoded, in the next block. */
  readonly includeParachainHead: (headData: Uint8Array) => void;
  /**
   * Announces in the next block, with delay 0, a new set of so many authorities. Returns its id.
   */
  readonly changeAuthorities: (count: number) => bigint;
  /** Tells whether something waits for a block, or the best block's parachain head for finality. */
  readonly isWaiting: () => boolean;
  readonly newBlocks: Listeners<RelayBlock>;
  readonly justified: Listeners<Justified>;
}

const EMPTY_ROOT = blake2b256(Uint8Array.of(0));
/** `PreDigest::SecondaryPlain` of BABE, by the first authority. */
const SECONDARY_PLAIN = 2;

const slotClaim = (now: number): DigestItem => ({
  type: "preRuntime",
  engine: utf8("BABE"),
  data: concat(Uint8Array.of(SECONDARY_PLAIN), encode(u32, 0), encode(u64, BigInt(Math.floor(now / SLOT_DURATION)))),
});

const announcement = (next: VoterSet): DigestItem => ({
  type: "consensus",
  engine: utf8("FRNK"),
  data: encode(consensusLog, { type: "scheduled", change: { nextAuthorities: authoritiesOf(next), delay: 0 } }),
});

const genesisHeader = (stateRoot: Uint8Array): Header => ({
  parentHash: new Uint8Array(32),
  number: 0,
  stateRoot,
  extrinsicsRoot: EMPTY_ROOT,
  digest: [],
});

export const createRelayChain = (options: RelayChainOptions): RelayChain => {
  let voters = voterSet(0n, options.authorities);
  const state = relayGenesisState(options.paraId, options.parachainGenesis, voters, options.now);
  const blocks = createRelayBlocks(genesisHeader(rootHash(state, STATE_VERSION)), state, options.retainedStates);
  const finality = createFinality(blocks);
  const newBlocks = createListeners<RelayBlock>();
  const justified = createListeners<Justified>();
  let waitingHead: Uint8Array | undefined;
  let waitingSet: VoterSet | undefined;
  // The set that the best block announced: in force once that block is finalized.
  let announced: VoterSet | undefined;
  let headShownAt = 0;

  const author = (now: number): RelayBlock => {
    const parent = blocks.best();
    const number = parent.header.number + 1;
    const changes: Change[] = [...blockChanges(number, now)];
    const digest = [slotClaim(now)];
    if (waitingHead !== undefined) {
      changes.push(parachainHeadChange(options.paraId, waitingHead));
      headShownAt = number;
    }
    if (waitingSet !== undefined) {
      changes.push(...authorityChanges(waitingSet));
      digest.push(announcement(waitingSet));
    }
    announced = waitingSet;
    waitingHead = undefined;
    waitingSet = undefined;
    const next = withChanges(blocks.stateOf(parent), changes);
    const stateRoot = rootHash(next, STATE_VERSION);
    return blocks.append({ parentHash: parent.hash, number, stateRoot, extrinsicsRoot: EMPTY_ROOT, digest }, next);
  };

  const finalizeParent = (parent: RelayBlock, announcedByParent: VoterSet | undefined): void => {
    if (parent.header.number === 0) return;
    const round = finality.finalize(voters, parent, { last: announcedByParent !== undefined });
    voters = announcedByParent ?? voters;
    justified.tell(round);
  };

  return {
    blocks,
    finality,
    newBlocks,
    justified,
    voters: () => voters,
    advance: (now) => {
      const parent = blocks.best();
      const announcedByParent = announced;
      const block = author(now);
      newBlocks.tell(block);
      finalizeParent(parent, announcedByParent);
      return block;
    },
    includeParachainHead: (headData) => {
      waitingHead = headData;
    },
    changeAuthorities: (count) => {
      const latest = waitingSet ?? announced ?? voters;
      // One change a block: a second request before the next block replaces the first.
      const setId = waitingSet === undefined ? latest.setId + 1n : latest.setId;
      waitingSet = voterSet(setId, count);
      return setId;
    },
    isWaiting: () =>
      waitingHead !== undefined ||
      waitingSet !== undefined ||
      announced !== undefined ||
      finality.finalized().header.number < headShownAt,
  };
};
