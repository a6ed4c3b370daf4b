/**
 * What the network's own crate says of justifications, as recorded in vectors/justifications.json.
 */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { outcome } from "../../testing/outcome.js";
import { child, precommit, voters } from "../testing/chain.js";
import { type JustificationVector, readVector } from "../testing/justification-vectors.js";
import type { Justification } from "./justification.js";
import { verifyTarget } from "./verified-relay-header.js";

interface Vectors {
  readonly source: string;
  readonly named: readonly (readonly [name: string, vector: string])[];
  readonly random: readonly string[];
}

const path = new URL("./vectors/justifications.json", import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(path, "utf8"));
const all = [...vectors.named.map(([, vector]) => vector), ...vectors.random].map(readVector);

const isTaken = ({ set, target, justification }: JustificationVector, votes: Justification = justification): boolean =>
  outcome(() => verifyTarget(set, votes, target)) === "accepted";

/** A stranger's vote, bad ones of every voter, and headers that nobody needs. */
const littered = ({ justification, target }: JustificationVector): Justification => {
  const { commit, votesAncestries } = justification;
  const bad = commit.precommits.map((vote) => ({ ...vote, signature: vote.signature.toReversed() }));
  const vote = { targetHash: commit.targetHash, targetNumber: commit.targetNumber };
  const stranger = precommit(voters(1, 3n, "stranger"), 0, vote);
  return {
    ...justification,
    commit: { ...commit, precommits: [stranger, ...bad, ...commit.precommits] },
    votesAncestries: [child(target, [], "litter"), ...votesAncestries, ...votesAncestries],
  };
};

describe("PROTOCOL 6: GRANDPA counts as the network does", () => {
  test.each(vectors.named)("%s", (_, text) => {
    const vector = readVector(text);
    expect(isTaken(vector)).toBe(vector.byRule);
    expect(isTaken(vector, littered(vector))).toBe(vector.byRule);
  });

  test("whatever the network's crate takes is taken, in random schedules", () => {
    const missed = vectors.random.filter((_, i) => {
      const vector = all[i + vectors.named.length];
      return vector?.byCrate === true && !isTaken(vector);
    });
    expect(missed).toEqual([]);
  });

  test("an authority counts with a vote that reaches the target or as equivocator, and nothing else does", () => {
    const wrong = vectors.random.filter((_, i) => {
      const vector = all[i + vectors.named.length];
      return vector === undefined || isTaken(vector) !== vector.byRule;
    });
    expect(wrong).toEqual([]);
  });

  test("votes by strangers, bad signatures and needless headers neither count nor harm", () => {
    const changed = vectors.random.filter((_, i) => {
      const vector = all[i + vectors.named.length];
      return vector === undefined || isTaken(vector, littered(vector)) !== vector.byRule;
    });
    expect(changed).toEqual([]);
  });

  test("the vectors hold each kind of verdict", () => {
    expect(vectors.source).toBe("finality-grandpa 0.16.3");
    const kinds = new Map<string, number>();
    for (const { byCrate, byNetwork, byRule } of all) {
      const kind = [byNetwork ? "network" : "", byCrate ? "crate" : "", byRule ? "rule" : ""].join(" ").trim();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect([...kinds.keys()].toSorted()).toEqual(["", "crate rule", "network crate rule", "rule"]);
    expect(Math.min(...kinds.values())).toBeGreaterThan(49);
  });
});
