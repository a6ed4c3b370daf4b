import { describe, expect, test } from "vitest";
import { equal } from "../../bytes.js";
import { decode, encode } from "../../codec/scale.js";
import { chain, child, justify, precommit, ROUND, voteFor, voters } from "../testing/chain.js";
import { cofactoredSignature } from "../testing/cofactored-signature.js";
import { flipBit, outcome } from "../testing/outcome.js";
import { type Justification, justification } from "./justification.js";
import { voteMessage } from "./vote-signature.js";
import { tallyVotes, verifyJustification } from "./vote-tally.js";

const set = voters(7, 3n);
const target = child(undefined);
const [above, higher] = chain(2, target);
if (above === undefined || higher === undefined) throw new Error("two blocks were asked for");
const fork = child(undefined, [], "fork");

const verdict = (votes: Justification, by = set): string => outcome(() => verifyJustification(by, votes));

describe("a justification", () => {
  test("of exactly the threshold, total − ⌊(total − 1) / 3⌋, is accepted", () => {
    for (const [total, needed] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 3],
      [6, 5],
      [7, 5],
      [10, 7],
    ] as const) {
      const some = voters(total);
      expect(verdict(justify(some, target, needed), some)).toBe("accepted");
      expect(verdict(justify(some, target, needed - 1), some)).toBe("proof/quorum");
    }
  });

  test("counts an authority once, however often it votes", () => {
    const again = precommit(set, 0, voteFor(target));
    expect(verdict(justify(set, target, 4, [again, again]))).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, [again, again]), false).signed).toBe(4);
  });

  test("doesn't count an authority that votes for two blocks", () => {
    const twice = precommit(set, 0, voteFor(above));
    expect(verdict(justify(set, target, 5, [twice], [above]))).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 5, [twice], [above]), false)).toMatchObject({
      signed: 4,
      equivocations: 2,
    });
    expect(verdict(justify(set, target, 6, [twice], [above]))).toBe("accepted");
  });

  test("doesn't count strangers", () => {
    const strangers = voters(7, 3n, "stranger");
    const votes = [0, 1, 2].map((i) => precommit(strangers, i, voteFor(target)));
    expect(verdict(justify(set, target, 4, votes))).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, votes), false)).toMatchObject({ signed: 4, unknown: 3 });
  });

  test("of another set or round doesn't count", () => {
    expect(verdict(justify({ ...set, setId: 4n }, target, 7))).toBe("proof/quorum");
    expect(verdict({ ...justify(set, target, 7), round: 8n })).toBe("proof/quorum");
  });

  test("counts votes for descendants, however long the proven way down", () => {
    const votes = [precommit(set, 3, voteFor(above)), precommit(set, 4, voteFor(higher))];
    expect(verdict(justify(set, target, 3, votes, [higher, above]))).toBe("accepted");
    expect(verdict(justify(set, target, 3, votes, [above, higher]))).toBe("accepted");
  });

  test("doesn't count votes below the target or beside it, nor without the headers that lead to it", () => {
    const beside = [precommit(set, 4, voteFor(fork))];
    expect(verdict(justify(set, target, 4, beside))).toBe("proof/quorum");
    expect(verdict(justify(set, target, 5, [precommit(set, 5, voteFor(fork))]))).toBe("accepted");
    expect(verdict(justify(set, target, 4, [precommit(set, 4, voteFor(above))]))).toBe("proof/quorum");
    const onChild = justify(set, above, 4, [precommit(set, 4, voteFor(target))]);
    expect(verdict(onChild)).toBe("proof/quorum");
    expect(tallyVotes(set, onChild, false)).toMatchObject({ signed: 4, notAbove: 1 });
  });

  test("doesn't count a vote whose number isn't its block's", () => {
    const wrong = precommit(set, 4, { ...voteFor(target), targetNumber: target.number + 1 });
    expect(verdict(justify(set, target, 4, [wrong]))).toBe("proof/quorum");
    expect(verdict(justify(set, target, 5, [wrong]))).toBe("proof/quorum");
    const lying = { ...above, number: above.number + 4 };
    const trueNumber = precommit(set, 4, { ...voteFor(lying), targetNumber: above.number });
    expect(verdict(justify(set, target, 4, [trueNumber], [lying]))).toBe("proof/unused-ancestry");
    const wrongAbove = precommit(set, 4, { ...voteFor(above), targetNumber: above.number + 1 });
    expect(outcome(() => verifyJustification(set, justify(set, target, 4, [wrongAbove], [above])))).toBe(
      "proof/unused-ancestry",
    );
  });

  test("with headers that no vote needs, or one of them twice, is refused", () => {
    const vote = precommit(set, 4, voteFor(above));
    expect(verdict(justify(set, target, 5, [], [above]))).toBe("proof/unused-ancestry");
    expect(verdict(justify(set, target, 4, [vote], [above, above]))).toBe("proof/unused-ancestry");
    expect(verdict(justify(set, target, 4, [vote], [above, fork]))).toBe("proof/unused-ancestry");
    expect(verdict(justify(set, target, 4, [vote], [above, target]))).toBe("proof/unused-ancestry");
  });

  test("with long ways that lead nowhere is refused after each was walked once", () => {
    const nowhere = chain(512, fork);
    const top = nowhere.at(-1) ?? fork;
    const votes = justify(
      set,
      target,
      0,
      [...set.seeds.keys()].flatMap((i) => [precommit(set, i, voteFor(top)), precommit(set, i, voteFor(top))]),
      nowhere,
    );
    expect(verdict(votes)).toBe("proof/unused-ancestry");
    expect(tallyVotes(set, votes, false)).toMatchObject({ signed: 0, notAbove: 14, unusedAncestry: 512 });
  });

  test("weighs authorities", () => {
    const weighty = { ...set, authorities: set.authorities.map((one, i) => ({ ...one, weight: i === 0 ? 20n : 1n })) };
    expect(verdict(justify(set, target, 1), weighty)).toBe("accepted");
    const rest = [1, 2, 3, 4, 5, 6].map((i) => precommit(set, i, voteFor(target)));
    expect(verdict(justify(set, target, 0, rest), weighty)).toBe("proof/quorum");
  });

  test("against an impossible set is refused", () => {
    const [first] = set.authorities;
    const votes = justify(set, target, 7);
    const none = { ...votes, commit: { ...votes.commit, precommits: [] } };
    expect(verdict(none, { ...set, authorities: [] })).toBe("proof/authority-set");
    if (first === undefined) throw new Error("seven authorities were asked for");
    expect(verdict(votes, { ...set, authorities: [...set.authorities, first] })).toBe("proof/authority-set");
    expect(verdict(votes, { ...set, authorities: [{ ...first, weight: 0n }, ...set.authorities.slice(1)] })).toBe(
      "proof/authority-set",
    );
    expect(
      verdict(votes, { ...set, authorities: [{ ...first, id: new Uint8Array(32) }, ...set.authorities.slice(1)] }),
    ).toBe("proof/authority-set");
    expect(verdict(votes, { ...set, authorities: set.authorities.map((one) => ({ ...one, weight: 1n << 62n })) })).toBe(
      "proof/authority-set",
    );
  });

  test("with more votes than two for each authority is refused unread", () => {
    const many = Array.from({ length: 8 }, () => precommit(set, 0, voteFor(target)));
    expect(verdict(justify(set, target, 7, many))).toBe("proof/too-large");
  });

  test("stops at the quorum: what comes after it isn't verified", () => {
    const bad = { ...precommit(set, 5, voteFor(target)), signature: new Uint8Array(64) };
    const votes = justify(set, target, 5, [bad]);
    expect(tallyVotes(set, votes, true)).toMatchObject({ signed: 5, badSignature: 0 });
    expect(tallyVotes(set, votes, false)).toMatchObject({ signed: 5, badSignature: 1 });
  });

  test("counts a signature that only the network takes", () => {
    const vote = voteFor(target);
    const signature = cofactoredSignature(set.seeds[4] ?? new Uint8Array(32), voteMessage(vote, ROUND, set.setId));
    const odd = { ...precommit(set, 4, vote), signature };
    expect(verdict(justify(set, target, 4, [odd]))).toBe("accepted");
    expect(verdict({ ...justify(set, target, 4, [odd]), round: ROUND + 1n })).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, [odd]), false)).toMatchObject({ signed: 5, badSignature: 0 });
  });

  test("looks at signatures that aren't strict only where the others can't suffice", () => {
    const { commit, ...votes } = justify(set, target, 5);
    const bad = [5, 6].map((i) => ({ ...precommit(set, i, voteFor(target)), signature: new Uint8Array(64) }));
    const with7 = { ...votes, commit: { ...commit, precommits: [...bad, ...commit.precommits] } };
    expect(tallyVotes(set, with7, true)).toMatchObject({ signed: 5, badSignature: 0 });
    expect(tallyVotes(set, with7, false)).toMatchObject({ signed: 5, badSignature: 2 });
    const with5 = { ...votes, commit: { ...commit, precommits: [...bad.slice(1), ...commit.precommits.slice(1)] } };
    expect(tallyVotes(set, with5, true)).toMatchObject({ signed: 0, badSignature: 1 });
  });

  test("tries two signatures of an authority for a vote, and no third", () => {
    const good = precommit(set, 4, voteFor(target));
    const bad = { ...good, signature: new Uint8Array(64) };
    expect(verdict(justify(set, target, 4, [bad, good]))).toBe("accepted");
    expect(verdict(justify(set, target, 4, [bad, bad, good]))).toBe("proof/quorum");
  });

  test("stops once the quorum can't be reached any more", () => {
    const votes = justify({ ...set, setId: 9n }, target, 7);
    expect(tallyVotes(set, votes, true).badSignature).toBe(3);
  });
});

describe("any change to a justification at the threshold", () => {
  const votes = justify(
    set,
    target,
    3,
    [precommit(set, 3, voteFor(above)), precommit(set, 4, voteFor(higher))],
    [above, higher],
  );
  const encoded = encode(justification, votes);
  const isSame = (changed: Justification) => equal(changed.commit.targetHash, votes.commit.targetHash);

  test("every byte counts", () => {
    for (let at = 0; at < encoded.length; at++) {
      const changed = flipBit(encoded, 8 * at + (at % 8));
      expect(
        outcome(() => verifyJustification(set, decode(justification, changed))),
        `byte ${at}`,
      ).not.toBe("accepted");
    }
  });

  test("a vote or header dropped is missed; one repeated or in another order finalizes the same block or nothing", () => {
    const { precommits } = votes.commit;
    const withVotes = (list: typeof precommits): Justification => ({
      ...votes,
      commit: { ...votes.commit, precommits: list },
    });
    for (const i of precommits.keys()) {
      expect(verdict(withVotes(precommits.toSpliced(i, 1)))).toMatch(/^proof\//);
      const repeated = withVotes([...precommits, ...precommits.slice(i, i + 1)]);
      expect([verdict(repeated), isSame(repeated)]).toEqual(["accepted", true]);
    }
    expect(verdict(withVotes(precommits.toReversed()))).toBe("accepted");
    for (const i of votes.votesAncestries.keys())
      expect(verdict({ ...votes, votesAncestries: votes.votesAncestries.toSpliced(i, 1) })).toMatch(/^proof\//);
  });
});
