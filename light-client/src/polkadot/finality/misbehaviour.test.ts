import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import { chain, child, justify, precommit, ROUND, type Voters, voteFor, voters } from "../testing/chain.js";
import type { Header } from "./header.js";
import { type FinalityConflict, finalityConflict, findEquivocations, verifyFinalityConflict } from "./misbehaviour.js";

const set = voters(7, 3n);
const next = voters(7, 4n, "next");
const root = child(undefined);
const [low, middle, top] = chain(3, root);
const [fork, forkTop] = chain(2, root, "fork");
if (!low || !middle || !top || !fork || !forkTop) throw new Error("blocks were asked for");

const votesOf = (by: Voters, target: Header, count = 5) => ({
  setId: by.setId,
  justification: justify(by, target, count),
});
const conflictOf = (lower: Header, higher: Header, headers: readonly Header[]): FinalityConflict => ({
  lower: votesOf(set, lower),
  higher: votesOf(set, higher),
  headers,
});
const known = [set, next];
const check = (conflict: FinalityConflict) =>
  outcome(() => verifyFinalityConflict((setId) => known.find((one) => one.setId === setId), conflict));

describe("a conflict of finality", () => {
  test("is two blocks of one height", () => {
    expect(check(conflictOf(low, fork, []))).toBe("accepted");
  });

  test("is blocks of different heights, shown by the headers between", () => {
    expect(check(conflictOf(fork, middle, [middle]))).toBe("accepted");
    expect(check(conflictOf(fork, top, [middle, top]))).toBe("accepted");
    expect(check(conflictOf(low, forkTop, [forkTop]))).toBe("accepted");
  });

  test("can be between two sets", () => {
    expect(check({ ...conflictOf(fork, top, [middle, top]), higher: votesOf(next, top) })).toBe("accepted");
    const unknown = { ...conflictOf(low, fork, []), higher: votesOf(voters(7, 5n), fork) };
    expect(check(unknown)).toBe("proof/unknown-set");
  });

  test("isn't a block and itself, or its descendant", () => {
    expect(check(conflictOf(low, low, []))).toBe("proof/no-conflict");
    expect(check(conflictOf(low, top, [middle, top]))).toBe("proof/no-conflict");
  });

  test("isn't shown by headers that are missing, misplaced or don't link", () => {
    expect(check(conflictOf(fork, top, []))).toBe("proof/no-conflict");
    expect(check(conflictOf(fork, top, [top]))).toBe("proof/no-conflict");
    expect(check(conflictOf(fork, top, [middle]))).toBe("proof/no-conflict");
    expect(check(conflictOf(fork, top, [low, middle, top]))).toBe("proof/no-conflict");
    expect(check(conflictOf(low, top, [forkTop, top]))).toBe("proof/ancestry");
    expect(check(conflictOf(top, fork, [fork]))).toBe("proof/no-conflict");
  });

  test("needs more than two thirds of a set for each", () => {
    expect(check({ ...conflictOf(low, fork, []), lower: votesOf(set, low, 4) })).toBe("proof/quorum");
    expect(check({ ...conflictOf(low, fork, []), higher: votesOf(set, fork, 4) })).toBe("proof/quorum");
  });

  test("isn't made of a justification whose block is said to have another number", () => {
    const { setId, justification } = votesOf(set, low, 7);
    const renumbered = { ...justification, commit: { ...justification.commit, targetNumber: middle.number } };
    const lower = { setId, justification: renumbered };
    expect(check({ lower, higher: votesOf(set, middle), headers: [] })).toBe("proof/quorum");
  });

  test("comes back from its encoding", () => {
    const conflict = conflictOf(fork, top, [middle, top]);
    expect(decode(finalityConflict, encode(finalityConflict, conflict))).toEqual(conflict);
  });
});

describe("an equivocation", () => {
  test("is two valid votes of a member for different blocks, told once", () => {
    const second = precommit(set, 0, voteFor(fork));
    const third = precommit(set, 0, voteFor(middle));
    const [found, ...more] = findEquivocations(set, justify(set, low, 5, [second, third, second]));
    expect(found).toEqual({ first: precommit(set, 0, voteFor(low)), second });
    expect(more).toEqual([]);
  });

  test("isn't a vote repeated, a stranger's, a badly signed one, or one of another round", () => {
    const strangers = voters(7, 3n, "stranger");
    const more = [
      precommit(set, 0, voteFor(low)),
      precommit(strangers, 0, voteFor(low)),
      precommit(strangers, 0, voteFor(fork)),
      { ...precommit(set, 1, voteFor(fork)), signature: new Uint8Array(64) },
      precommit(set, 2, voteFor(fork), ROUND + 1n),
    ];
    expect(findEquivocations(set, justify(set, low, 5, more))).toEqual([]);
  });
});
