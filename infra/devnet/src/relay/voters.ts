/**
 * GRANDPA voters whose keys follow from their set and place. So a chain's trust roots can be known
 * before it runs.
 */
import { utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { Authority, AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";

export interface Voter {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The voters of one set; each has weight 1. */
export interface VoterSet {
  readonly setId: bigint;
  readonly voters: readonly Voter[];
}

/** @param count at least 1 */
export const voterSet = (setId: bigint, count: number): VoterSet => ({
  setId,
  voters: Array.from({ length: count }, (_, index) => {
    const seed = blake2b256(utf8(`pdiem/devnet/grandpa/${setId}/${index}`));
    return { seed, publicKey: publicKeyOf(seed) };
  }),
});

export const authoritiesOf = ({ voters }: VoterSet): readonly Authority[] =>
  voters.map(({ publicKey }) => ({ id: publicKey, weight: 1n }));

export const authoritySetOf = (set: VoterSet): AuthoritySet => ({ setId: set.setId, authorities: authoritiesOf(set) });
