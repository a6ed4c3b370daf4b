/**
 * What the relay chain's state holds: its parachain's head, its own time and authorities, and what
 * parachains read.
 */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { bytes, decode, encode, u32, u64 } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";
import { parasHeads, storagePrefix, timestampNow, twox64Concat } from "@pdiem/light-client/polkadot/trie/storage-key";
import { currentSlot, parachainInputs } from "../substrate/host-configuration.js";
import { type Change, type Trie, valueAt, withChanges } from "../trie/trie.js";
import { authoritiesOf, type VoterSet } from "./voters.js";

/** Values of more than 32 bytes are kept by hash, as on today's relay chains. */
export const STATE_VERSION = 1;
export const SLOT_DURATION = 6_000;

/** Other parachains, whose entries make read proofs as deep as a real chain's. */
const NEIGHBOURS = 300;
const FIRST_NEIGHBOUR = 2_000;

const NUMBER = storagePrefix("System", "Number");
const CURRENT_SET_ID = storagePrefix("Grandpa", "CurrentSetId");
const AUTHORITIES = storagePrefix("Grandpa", "Authorities");
const CODE_HASHES = storagePrefix("Paras", "CurrentCodeHash");

/** Changes `Paras.Heads(paraId)`: the encoded header, length in front. */
export const parachainHeadChange = (paraId: number, headData: Uint8Array): Change => [
  parasHeads(paraId),
  encode(bytes, headData),
];

/** Reads the parachain header, encoded, that a state shows. */
export const shownParachainHead = (state: Trie, paraId: number): Uint8Array => {
  const value = valueAt(state, parasHeads(paraId));
  if (value === undefined) throw new RangeError(`expected a head of parachain ${paraId} in the relay chain's state`);
  return decode(bytes, value);
};

export const authorityChanges = (set: VoterSet): readonly Change[] => [
  [CURRENT_SET_ID, encode(u64, set.setId)],
  [AUTHORITIES, encode(authorityList, authoritiesOf(set))],
];

/** @param now milliseconds */
export const blockChanges = (number: number, now: number): readonly Change[] => [
  [NUMBER, encode(u32, number)],
  [timestampNow, encode(u64, BigInt(now))],
  currentSlot(BigInt(Math.floor(now / SLOT_DURATION))),
];

const neighbours = (): readonly Change[] =>
  Array.from({ length: NEIGHBOURS }, (_, place) => {
    const paraId = FIRST_NEIGHBOUR + place;
    return [concat(CODE_HASHES, twox64Concat(encode(u32, paraId))), blake2b256(utf8(`parachain ${paraId}`))];
  });

/** @param headData the parachain's genesis header, encoded */
export const relayGenesisState = (paraId: number, headData: Uint8Array, set: VoterSet, now: number): Trie =>
  withChanges(undefined, [
    ...parachainInputs(paraId),
    ...neighbours(),
    ...authorityChanges(set),
    ...blockChanges(0, now),
    parachainHeadChange(paraId, headData),
  ]);
