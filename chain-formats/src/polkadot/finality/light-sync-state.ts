/**
 * Checkpoints as chain specifications publish them (`lightSyncState`): where a light client may
 * start from. Source: sc_sync_state_rpc::LightSyncState; sc_consensus_grandpa::AuthoritySet.
 */
import { type Codec, compactU32, decode, option, struct, u32, u64, vector } from "@pdiem/light-client/codec/scale";
import { ProofError } from "@pdiem/light-client/error";
import { type Authority, authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";
import { checkGrandpaState, type GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { header, headerHash } from "@pdiem/light-client/polkadot/finality/header";

/** The id of a past set, and the last block that it finalized. */
export type SetEnd = readonly [setId: bigint, lastBlock: number];

/** The authority set as a node keeps it. `ends` has all past sets, in order. */
export interface NodeAuthoritySet {
  readonly authorities: readonly Authority[];
  readonly setId: bigint;
  readonly ends: readonly SetEnd[];
}

const noChanges: Codec<undefined> = {
  write: (writer) => compactU32.write(writer, 0),
  read: (reader) => {
    const count = compactU32.read(reader);
    if (count > 0)
      throw new ProofError(
        "proof/pending-change",
        `expected a checkpoint without pending set changes, got ${count}: take another`,
      );
    return undefined;
  },
};

const setEnd: Codec<SetEnd> = {
  write: (writer, [setId, lastBlock]) => {
    writer.u64(setId);
    writer.u32(lastBlock);
  },
  read: (reader) => [reader.u64(), reader.u32()],
};

const encodedSet = struct({
  authorities: authorityList,
  setId: u64,
  pendingStandardChanges: noChanges,
  bestFinalized: option(u32),
  pendingForcedChanges: noChanges,
  ends: vector(setEnd),
});

/**
 * @throws DecodeError; ProofError `proof/pending-change`, `proof/set-ends` if a set's end is out of
 *   order
 */
export const decodeNodeAuthoritySet = (encoded: Uint8Array): NodeAuthoritySet => {
  const { authorities, setId, ends } = decode(encodedSet, encoded);
  checkSetEnds(ends);
  return { authorities, setId, ends };
};

/**
 * @throws ProofError `proof/set-ends` unless set ids count up by one and their last blocks increase
 */
export const checkSetEnds = (ends: readonly SetEnd[]): readonly SetEnd[] => {
  ends.forEach(([setId, lastBlock], i) => {
    const before = ends[i - 1];
    if (before !== undefined && (setId !== before[0] + 1n || lastBlock <= before[1]))
      throw new ProofError(
        "proof/set-ends",
        `expected set ${before[0] + 1n} to end after block ${before[1]}, got ${setId}, ${lastBlock}`,
      );
  });
  return ends;
};

/**
 * Finds the set that finalized a block; undefined for blocks after the last known end.
 * @param ends as `checkSetEnds` takes them
 */
export const setIdOf = (ends: readonly SetEnd[], block: number): bigint | undefined =>
  ends.find(([, lastBlock]) => block <= lastBlock)?.[0];

/**
 * Makes the state at a published checkpoint. Nothing is verified: whoever published it is trusted.
 * @param finalizedBlockHeader encoded header
 * @param grandpaAuthoritySet encoded authority set of the node
 * @throws ProofError `proof/set-ends` if the header lies in an earlier set; DecodeError and
 * ProofError of `decodeNodeAuthoritySet` and `checkGrandpaState`
 */
export const grandpaStateOf = (finalizedBlockHeader: Uint8Array, grandpaAuthoritySet: Uint8Array): GrandpaState => {
  const finalized = decode(header, finalizedBlockHeader);
  const { authorities, setId, ends } = decodeNodeAuthoritySet(grandpaAuthoritySet);
  const last = ends.at(-1);
  if (last !== undefined && (last[0] + 1n !== setId || last[1] > finalized.number))
    throw new ProofError(
      "proof/set-ends",
      `expected block ${finalized.number} in set ${setId}, set ${last[0]} ends at ${last[1]}`,
    );
  return checkGrandpaState({
    setId,
    authorities,
    finalized: { number: finalized.number, hash: headerHash(finalized) },
  });
};
