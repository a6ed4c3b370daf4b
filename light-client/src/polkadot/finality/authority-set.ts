/** GRANDPA's authorities. Source: sp_consensus_grandpa::AuthorityList; finality-grandpa's VoterSet. */
import { toHex } from "../../bytes.js";
import { type Codec, fixedBytes, mapped, struct, u64, vector } from "../../codec/scale.js";
import { ProofError } from "../../error.js";

/** `id` is an Ed25519 public key of 32 bytes. */
export interface Authority {
  readonly id: Uint8Array;
  readonly weight: bigint;
}

/** Who finalizes, and which set of them since genesis this is: the id is part of what they sign. */
export interface AuthoritySet {
  readonly setId: bigint;
  readonly authorities: readonly Authority[];
}

/** The most that Polkadot's runtime configures. */
const MAX_AUTHORITIES = 100_000;

const invalid = (expected: string): ProofError => new ProofError("proof/authority-set", `expected ${expected}`);

/** @throws ProofError `proof/authority-set` for an empty list, a zero key, a key twice, a zero weight, a total above 64 bits */
export const checkAuthorities = (authorities: readonly Authority[]): readonly Authority[] => {
  if (authorities.length === 0) throw invalid("at least one authority");
  const ids = new Set<string>();
  for (const { id, weight } of authorities) {
    const name = toHex(id);
    if (id.every((byte) => byte === 0)) throw invalid("authorities with keys, one is zero");
    if (ids.has(name)) throw invalid(`each authority once, got 0x${name} twice`);
    if (weight === 0n) throw invalid(`a weight for each authority, got 0 for 0x${name}`);
    ids.add(name);
  }
  if (totalWeight(authorities) >> 64n !== 0n) throw invalid("a total weight below 2^64");
  return authorities;
};

export const totalWeight = (authorities: readonly Authority[]): bigint =>
  authorities.reduce((sum, { weight }) => sum + weight, 0n);

/** The least weight that finalizes: more than two thirds. */
export const threshold = (authorities: readonly Authority[]): bigint => {
  const total = totalWeight(authorities);
  return total - (total - 1n) / 3n;
};

/** As in `ScheduledChange` and in lists that nodes return. @throws as `checkAuthorities` */
export const authorityList: Codec<readonly Authority[]> = mapped(
  vector(struct({ id: fixedBytes(32), weight: u64 }), MAX_AUTHORITIES),
  checkAuthorities,
  (authorities) => authorities,
);
