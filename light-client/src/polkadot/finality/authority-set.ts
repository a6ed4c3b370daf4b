/**
 * GRANDPA's authorities. Source: sp_consensus_grandpa::AuthorityList; finality-grandpa's VoterSet.
 */
import { isZero, toHex } from "../../bytes.js";
import { type Decoded, fixedBytes, struct, u64, vector } from "../../codec/scale.js";
import { ProofError } from "../../error.js";

/** The most that Polkadot's runtime configures. */
const MAX_AUTHORITIES = 100_000;

const authority = struct({
  /** An Ed25519 public key, or whatever else has 32 bytes. */
  id: fixedBytes(32),
  weight: u64,
});
export type Authority = Decoded<typeof authority>;

/**
 * List of authorities in `ScheduledChange` and in what nodes return. Any list is taken: what a
 * finalized header announces is in force, whatever its keys and weights. `checkAuthorities` is for
 * configured ones.
 */
export const authorityList = vector(authority, MAX_AUTHORITIES);

/** Who finalizes. */
export const authoritySet = struct({
  /** Number of the set since genesis: part of what its authorities sign. */
  setId: u64,
  authorities: authorityList,
});
export type AuthoritySet = Decoded<typeof authoritySet>;

const invalid = (expected: string): ProofError => new ProofError("proof/authority-set", `expected ${expected}`);

/**
 * Checks a configured list.
 * @throws ProofError `proof/authority-set` for an empty list, a zero key, a key twice, a zero
 *   weight, a total above 64 bits
 */
export const checkAuthorities = (authorities: readonly Authority[]): readonly Authority[] => {
  if (authorities.length === 0) throw invalid("at least one authority");
  const ids = new Set<string>();
  for (const { id, weight } of authorities) {
    const name = toHex(id);
    if (isZero(id)) throw invalid("authorities with keys, one is zero");
    if (ids.has(name)) throw invalid(`each authority once, got 0x${name} twice`);
    if (weight === 0n) throw invalid(`a weight for each authority, got 0 for 0x${name}`);
    ids.add(name);
  }
  if (totalWeight(authorities) >> 64n !== 0n) throw invalid("a total weight below 2^64");
  return authorities;
};

export const totalWeight = (authorities: readonly Authority[]): bigint =>
  authorities.reduce((sum, { weight }) => sum + weight, 0n);

/** Gives the least weight that finalizes: more than two thirds. */
export const threshold = (authorities: readonly Authority[]): bigint => {
  const total = totalWeight(authorities);
  return total - (total - 1n) / 3n;
};

/**
 * Weighs authorities as the network does: those of weight 0 drop out, the weights of one key add
 * up.
 * @returns weights by key, in hex
 */
export const votingWeights = (authorities: readonly Authority[]): ReadonlyMap<string, bigint> => {
  const weights = new Map<string, bigint>();
  for (const { id, weight } of authorities) {
    const name = toHex(id);
    if (weight > 0n) weights.set(name, (weights.get(name) ?? 0n) + weight);
  }
  return weights;
};
