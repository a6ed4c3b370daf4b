/**
 * A relay chain of Polkadot's size: hundreds of authorities, thousands of blocks a set. Each header
 * and justification is made only when it is asked for. Blocks within a set don't lead to each other
 * by their hashes, as nobody may need them. Those where sets change do.
 */
import type { RelayBlock } from "@pdiem/devnet/relay/blocks";
import { authorityChanges } from "@pdiem/devnet/relay/relay-state";
import { authoritiesOf, authoritySetOf, type Voter, type VoterSet, voterSet } from "@pdiem/devnet/relay/voters";
import { rootHash } from "@pdiem/devnet/trie/encode";
import { type Trie, withChanges } from "@pdiem/devnet/trie/trie";
import { concat, toHex, utf8 } from "@pdiem/light-client/bytes";
import { bytes, encode, u32, u64 } from "@pdiem/light-client/codec/scale";
import type { DigestItem } from "@pdiem/light-client/polkadot/finality/digest";
import type { GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type Header, header as headerCodec, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { consensusLog } from "@pdiem/light-client/polkadot/finality/set-change";
import { parasHeads, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { justifyOften } from "./long-chain-voters.js";

export interface LongChainOptions {
  readonly sets: number;
  readonly authorities: number;
  /** Blocks that a set finalizes, by its place: one number for all of them. */
  readonly blocks: number | ((place: number) => number);
  /** Blocks before a set's last at which its successor is announced: 0 where left out. */
  readonly delay?: number;
  /** Blocks of the set in force that are final. */
  readonly newest?: number;
  readonly paraId?: number;
  /** The parachain's state at the newest block; left out, it knows the time alone. */
  readonly paraState?: Trie;
  /** When the newest block was made, ms. */
  readonly time?: number;
}

export interface LongChain {
  /** Where a light client begins: before the first of the sets. */
  readonly root: GrandpaState;
  readonly head: RelayBlock;
  /** Storage at the newest block. */
  readonly state: Trie;
  /** The parachain's block that it shows, and that one's storage. */
  readonly para: RelayBlock & { readonly state: Trie };
  /** Id of the set in force. */
  readonly setId: bigint;
  readonly headerAt: (number: number) => Header;
  /** Gives the same, encoded, at little cost. */
  readonly encodedAt: (number: number) => Uint8Array;
  /** Finds a block among the ends of sets, and the newest. */
  readonly byHash: (hash: Uint8Array) => Header | undefined;
  /** What a node's finality proof of a block says, headers apart: up to which block, signed. */
  readonly finalizedBy: (number: number) => { readonly block: RelayBlock; readonly justification: Uint8Array };
}

const FIRST_SET = 7n;
const FIRST_BLOCK = 20_000_000;
const SLOT_MS = 6_000;
const ROUND = 3n;
/** Each set has other voters than the one before, of whom some were in no set lately. */
const SPARE_VOTERS = 40;
/** Justifications and sets that are kept. */
const KEPT = 8;

const SEAL = new Uint8Array(64).fill(0x5e);
const BEEFY_ROOT = new Uint8Array(33).fill(0x04);
const VRF = new Uint8Array(96).fill(0x0f);

/** Where an encoded header has what differs from block to block. */
const PLACE = { number: 32, stateRoot: 36, extrinsicsRoot: 68, author: 109, slot: 113 };

/** Makes up 32 bytes, at no cost: many thousands are made. */
const derived = (kind: number, number: number): Uint8Array => {
  const bytes32 = new Uint8Array(32).fill(kind);
  new DataView(bytes32.buffer).setUint32(0, number);
  return bytes32;
};

const [BLOCK, STATE, EXTRINSICS] = [0xb1, 0x57, 0xe8];

/** Keeps what was made last. */
const lately = <T>(make: (place: number) => T): ((place: number) => T) => {
  const kept = new Map<number, T>();
  return (place) => {
    const known = kept.get(place);
    if (known !== undefined) return known;
    const made = make(place);
    kept.set(place, made);
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return made;
  };
};

/** A primary slot claim of BABE, with its VRF's output and proof. */
const claim = (author: number, slot: number): DigestItem => ({
  type: "preRuntime",
  engine: utf8("BABE"),
  data: concat(Uint8Array.of(1), encode(u32, author), encode(u64, BigInt(slot)), VRF),
});

const announcement = (next: VoterSet, delay: number): DigestItem => ({
  type: "consensus",
  engine: utf8("FRNK"),
  data: encode(consensusLog, { type: "scheduled", change: { nextAuthorities: authoritiesOf(next), delay } }),
});

const paraBlock = (state: Trie): Header => ({
  parentHash: derived(BLOCK, 1),
  number: 2,
  stateRoot: rootHash(state, 1),
  extrinsicsRoot: derived(EXTRINSICS, 2),
  digest: [],
});

export const createLongChain = ({
  sets,
  authorities,
  blocks,
  delay = 0,
  newest = 100,
  paraId = 1000,
  time = Date.now(),
  paraState = withChanges(undefined, [[timestampNow, encode(u64, BigInt(time))]]),
}: LongChainOptions): LongChain => {
  const pool: readonly Voter[] = voterSet(0n, authorities + SPARE_VOTERS).voters;
  const votersOf = lately((place): VoterSet => {
    const from = place % pool.length;
    const voters = [...pool.slice(from), ...pool.slice(0, from)].slice(0, authorities);
    return { setId: FIRST_SET + BigInt(place), voters };
  });
  const ends: number[] = [];
  for (let place = 0; place < sets; place++)
    ends.push((ends.at(-1) ?? FIRST_BLOCK) + (typeof blocks === "number" ? blocks : blocks(place)));
  const headNumber = (ends.at(-1) ?? FIRST_BLOCK) + newest;
  const placeOf = (number: number): number => {
    const place = ends.findIndex((end) => end >= number);
    return place < 0 ? sets : place;
  };
  const endAt = (number: number): number => ends[placeOf(number)] ?? headNumber;
  const para = paraBlock(paraState);
  const state = withChanges(undefined, [
    ...authorityChanges(votersOf(sets)),
    [parasHeads(paraId), encode(bytes, encode(headerCodec, para))],
  ]);
  const slotAt = (number: number): number => Math.floor(time / SLOT_MS) + number - headNumber;
  const hashes = new Map<string, number>();

  const hashAt = (number: number): Uint8Array =>
    number === FIRST_BLOCK || number < endAt(number) - delay ? derived(BLOCK, number) : headerHash(headerAt(number));
  const headerAt = (number: number): Header => {
    const place = placeOf(number);
    const change = ends[place] === number + delay ? [announcement(votersOf(place + 1), delay)] : [];
    return {
      parentHash: hashAt(number - 1),
      number,
      stateRoot: number === headNumber ? rootHash(state, 1) : derived(STATE, number),
      extrinsicsRoot: derived(EXTRINSICS, number),
      digest: [
        claim(number % authorities, slotAt(number)),
        { type: "consensus", engine: utf8("BEEF"), data: BEEFY_ROOT },
        ...change,
        { type: "seal", engine: utf8("BABE"), data: SEAL },
      ],
    };
  };
  const template = encode(headerCodec, headerAt(FIRST_BLOCK + 1));
  const encodedAt = (number: number): Uint8Array => {
    const isPlain = number < endAt(number) - delay && number > FIRST_BLOCK && endAt(number - 1) === endAt(number);
    if (!isPlain) return encode(headerCodec, headerAt(number));
    const encoded = template.slice();
    const view = new DataView(encoded.buffer);
    view.setUint32(0, number - 1);
    view.setUint32(PLACE.number, number * 4 + 2, true);
    view.setUint32(PLACE.stateRoot, number);
    view.setUint32(PLACE.extrinsicsRoot, number);
    view.setUint32(PLACE.author, number % authorities, true);
    view.setBigUint64(PLACE.slot, BigInt(slotAt(number)), true);
    return encoded;
  };
  const blockAt = (number: number): RelayBlock => {
    const header = headerAt(number);
    const hash = headerHash(header);
    hashes.set(toHex(hash), number);
    return { header, hash };
  };
  const finalizedAt = lately((number) => {
    const block = blockAt(number);
    return { block, justification: justifyOften(votersOf(placeOf(number)), ROUND, block) };
  });
  return {
    root: { ...authoritySetOf(votersOf(0)), finalized: { number: FIRST_BLOCK, hash: hashAt(FIRST_BLOCK) } },
    head: blockAt(headNumber),
    state,
    para: { header: para, hash: headerHash(para), state: paraState },
    setId: FIRST_SET + BigInt(sets),
    headerAt,
    encodedAt,
    byHash: (hash) => {
      const number = hashes.get(toHex(hash));
      return number === undefined ? undefined : headerAt(number);
    },
    finalizedBy: (number) => finalizedAt(endAt(number)),
  };
};
