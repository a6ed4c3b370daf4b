/**
 * Whether votes above a commit's target descend from it, by the headers that a justification
 * brings.
 */
import { equal, toHex } from "../../bytes.js";
import { type Header, headerHash } from "./header.js";
import type { Justification, Vote } from "./justification.js";

/** Tells whether a vote is for the target or a proven descendant. */
export type Reaches = (vote: Vote) => boolean;

const byHash = (headers: readonly Header[]): ReadonlyMap<string, Header> =>
  new Map(headers.map((header) => [toHex(headerHash(header)), header]));

/**
 * Follows parent hashes, as the network does. Headers are hashed once, where a vote needs any, and
 * each is walked once, however many votes go through it.
 * @param isNumberKnown true where the target's number is known from its header. Wrong numbers in
 * votes and headers, which only whoever made them up gets, don't matter then. Otherwise they must
 * lead to the number that the commit says.
 */
export const reachesTarget = ({ commit, votesAncestries }: Justification, isNumberKnown: boolean): Reaches => {
  let headers: ReadonlyMap<string, Header> | undefined;
  const leads = new Map<string, boolean>();
  const isTarget = (hash: Uint8Array, number: number): boolean =>
    equal(hash, commit.targetHash) && (isNumberKnown || number === commit.targetNumber);
  return ({ targetHash, targetNumber }) => {
    const route: string[] = [];
    let hash = targetHash;
    let number = targetNumber;
    let arrives = isTarget(hash, number);
    while (!arrives) {
      headers ??= byHash(votesAncestries);
      const name = toHex(hash);
      const ancestor = headers.get(name);
      if (ancestor === undefined || !(isNumberKnown || ancestor.number === number)) break;
      const known = leads.get(name);
      arrives = known === true;
      if (known !== undefined) break;
      route.push(name);
      hash = ancestor.parentHash;
      number -= 1;
      arrives = isTarget(hash, number);
    }
    for (const name of route) leads.set(name, arrives);
    return arrives;
  };
};
