/** Whether votes above a commit's target descend from it, by the headers that a justification brings. */
import { equal, toHex } from "../../bytes.js";
import { type Header, headerHash } from "./header.js";
import type { Justification, Vote } from "./justification.js";

/** `reaches` tells whether a vote is for the target or a proven descendant; `unused` how many headers no such vote asked about needed. */
export interface VoteAncestry {
  readonly reaches: (vote: Vote) => boolean;
  readonly unused: () => number;
}

/** Every header is hashed once and walked once, however many votes go through it and whether or not they arrive. */
export const voteAncestry = ({ commit, votesAncestries }: Justification): VoteAncestry => {
  const headers = new Map<string, Header>();
  for (const ancestor of votesAncestries) headers.set(toHex(headerHash(ancestor)), ancestor);
  const leads = new Map<string, boolean>();
  const reaches = ({ targetHash, targetNumber }: Vote): boolean => {
    const route: string[] = [];
    let hash = targetHash;
    let number = targetNumber;
    let arrives = false;
    for (;;) {
      arrives = equal(hash, commit.targetHash) && number === commit.targetNumber;
      if (arrives) break;
      const name = toHex(hash);
      const ancestor = headers.get(name);
      if (ancestor?.number !== number) break;
      const known = leads.get(name);
      arrives = known === true;
      if (known !== undefined) break;
      route.push(name);
      hash = ancestor.parentHash;
      number -= 1;
    }
    for (const name of route) leads.set(name, arrives);
    return arrives;
  };
  // A header given twice is one header, and the second copy of no use.
  return { reaches, unused: () => votesAncestries.length - [...leads.values()].filter(Boolean).length };
};
