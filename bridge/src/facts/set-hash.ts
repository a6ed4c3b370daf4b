/**
 * Sets of validators and authorities by their hashes, as checkpoints name them and enclaves
 * remember them.
 */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode, struct, u64 } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type EpochState, epochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { type AuthoritySet, authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";

const EPOCH_TAG = utf8("pdiem/epoch-state/v1");
const AUTHORITIES_TAG = utf8("pdiem/authority-set/v1");

/** BCS; the list as SCALE has it. */
export const authoritySet: Codec<AuthoritySet> = struct<AuthoritySet>({ setId: u64, authorities: authorityList });

/** Hashes, to 32 bytes, the epoch's number and its validators. */
export const epochStateHash = (state: EpochState): Uint8Array => blake2b256(EPOCH_TAG, encode(epochState, state));

/**
 * Hashes, to 32 bytes, the set's id and its authorities. Whatever else a light client's state has
 * isn't part of it.
 */
export const authoritySetHash = ({ setId, authorities }: AuthoritySet): Uint8Array =>
  blake2b256(AUTHORITIES_TAG, encode(authoritySet, { setId, authorities }));
