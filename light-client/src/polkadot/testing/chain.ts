/** Headers, authorities and votes for tests of what verifies them. */
import { concat, utf8 } from "../../bytes.js";
import { encode } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { publicKeyOf, sign } from "../../crypto/ed25519.js";
import type { AuthoritySet } from "../finality/authority-set.js";
import type { DigestItem } from "../finality/digest.js";
import { finalityProof } from "../finality/finality-proof.js";
import { type Header, headerHash } from "../finality/header.js";
import { type Justification, justification, type SignedPrecommit, type Vote } from "../finality/justification.js";
import { consensusLog, type ScheduledChange } from "../finality/set-change.js";
import { voteMessage } from "../finality/vote-signature.js";

export interface Voters extends AuthoritySet {
  readonly seeds: readonly Uint8Array[];
}

/** Voters of weight 1, whose keys depend on the name alone. */
export const voters = (count: number, setId = 0n, name = "voter"): Voters => {
  const seeds = Array.from({ length: count }, (_, i) => blake2b256(utf8(`${name} ${i}`)));
  return { setId, seeds, authorities: seeds.map((seed) => ({ id: publicKeyOf(seed), weight: 1n })) };
};

/** Makes a child of a block, or a first block. `mark` tells forks apart. */
export const child = (parent: Header | undefined, digest: readonly DigestItem[] = [], mark = "main"): Header => {
  const number = (parent?.number ?? 99) + 1;
  const parentHash = parent === undefined ? blake2b256(utf8("before")) : headerHash(parent);
  const stateRoot = blake2b256(utf8(`state of ${mark} ${number}`));
  return { parentHash, number, stateRoot, extrinsicsRoot: blake2b256(concat(stateRoot, parentHash)), digest };
};

/** Makes blocks on top of one another, oldest first. */
export const chain = (length: number, parent?: Header, mark?: string): readonly Header[] => {
  const headers: Header[] = [];
  for (let last = parent; headers.length < length; ) {
    last = child(last, [], mark);
    headers.push(last);
  }
  return headers;
};

const grandpaItem = (log: Parameters<typeof consensusLog.write>[1]): DigestItem => ({
  type: "consensus",
  engine: utf8("FRNK"),
  data: encode(consensusLog, log),
});

export const scheduled = (change: ScheduledChange): DigestItem => grandpaItem({ type: "scheduled", change });
export const forced = (change: ScheduledChange): DigestItem =>
  grandpaItem({ type: "forced", change: { ...change, medianLastFinalized: 1 } });
export const disabled = (authorityIndex: bigint): DigestItem => grandpaItem({ type: "onDisabled", authorityIndex });

export const voteFor = (header: Header): Vote => ({ targetHash: headerHash(header), targetNumber: header.number });

export const ROUND = 7n;

export const precommit = (set: Voters, index: number, vote: Vote, round = ROUND): SignedPrecommit => {
  const seed = set.seeds[index];
  const authority = set.authorities[index];
  if (seed === undefined || authority === undefined) throw new RangeError(`expected one of ${set.seeds.length} voters`);
  return { precommit: vote, signature: sign(seed, voteMessage(vote, round, set.setId)), id: authority.id };
};

/** Makes votes for the target by the first `count` voters, then `more`. */
export const justify = (
  set: Voters,
  target: Header,
  count: number,
  more: readonly SignedPrecommit[] = [],
  votesAncestries: readonly Header[] = [],
): Justification => {
  const votes = Array.from({ length: count }, (_, i) => precommit(set, i, voteFor(target)));
  return { round: ROUND, commit: { ...voteFor(target), precommits: [...votes, ...more] }, votesAncestries };
};

/**
 * Makes a finality proof, encoded, with exactly as many votes as it takes; its headers end with the
 * target.
 */
export const prove = (set: Voters, target: Header, before: readonly Header[] = []): Uint8Array => {
  const needed = set.seeds.length - Math.floor((set.seeds.length - 1) / 3);
  return encode(finalityProof, {
    block: headerHash(target),
    justification: encode(justification, justify(set, target, needed)),
    unknownHeaders: [...before, target],
  });
};
