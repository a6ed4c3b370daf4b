/** Whether votes above a commit's target descend from it, by the headers that a justification brings. */
import { equal, toHex } from "../bytes.js";
import { type Header, headerHash } from "./header.js";
import type { Justification, Vote } from "./justification.js";

/** `reaches` tells whether a vote is for the target or a proven descendant; `unused` how many headers no such vote asked about needed. */
export interface VoteAncestry {
  readonly reaches: (vote: Vote) => boolean;
  readonly unused: () => number;
}

/** Every header is hashed once and walked once, however many votes go through it. */
export const voteAncestry = ({ commit, votesAncestries }: Justification): VoteAncestry => {
  const headers = new Map<string, Header>();
  for (const ancestor of votesAncestries) headers.set(toHex(headerHash(ancestor)), ancestor);
  const used = new Set<string>();
  const isTarget = (hash: Uint8Array, number: number): boolean =>
    equal(hash, commit.targetHash) && number === commit.targetNumber;
  const reaches = (vote: Vote): boolean => {
    const route: string[] = [];
    let { targetHash: hash, targetNumber: number } = vote;
    while (!isTarget(hash, number)) {
      const name = toHex(hash);
      if (used.has(name) && headers.get(name)?.number === number) break;
      const ancestor = headers.get(name);
      if (ancestor === undefined || ancestor.number !== number || number <= commit.targetNumber) return false;
      route.push(name);
      hash = ancestor.parentHash;
      number -= 1;
    }
    for (const name of route) used.add(name);
    return true;
  };
  // A header given twice is one header, and the second copy of no use.
  return { reaches, unused: () => votesAncestries.length - used.size };
};
