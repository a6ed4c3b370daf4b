import type { KnownSets } from "@pdiem/bridge/governance/known-sets";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { type EpochState, epochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { type AuthoritySet, authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";

/**
 * The sets that this process's light clients went through: what those vouch for twice is evidence.
 */
export interface SetsKeeper {
  /** Gives the sets, newest first. */
  readonly get: () => KnownSets;
  /** Adds one that a light client verified; the first known for an epoch stays. */
  readonly addEpoch: (state: EpochState) => void;
  /** Adds one likewise, by set id. */
  readonly addAuthorities: (set: AuthoritySet) => void;
}

/** Limit of sets of each chain. On Polkadot, whose sets last four hours, more than five days. */
export const MOST_SETS = 32;

const byId = <T>(copy: (value: T) => T) => {
  const known = new Map<bigint, T>();
  return {
    add: (id: bigint, value: T): void => {
      if (known.has(id)) return;
      known.set(id, copy(value));
      if (known.size > MOST_SETS) known.delete([...known.keys()].reduce((a, b) => (a < b ? a : b)));
    },
    newestFirst: (): readonly T[] => [...known].sort(([a], [b]) => (a > b ? -1 : 1)).map(([, value]) => value),
  };
};

export const keepSets = (): SetsKeeper => {
  // Copies: what is decoded is a view of a whole answer, which would stay in memory with it.
  const epochs = byId<EpochState>((state) => decode(epochState, encode(epochState, state)));
  const authorities = byId<AuthoritySet>((set) => ({
    setId: set.setId,
    authorities: decode(authorityList, encode(authorityList, set.authorities)),
  }));
  return {
    get: () => ({ diem: epochs.newestFirst(), relay: authorities.newestFirst() }),
    addEpoch: (state) => epochs.add(state.epoch, state),
    addAuthorities: (set) => authorities.add(set.setId, set),
  };
};
